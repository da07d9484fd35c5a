import { createContext, useContext } from 'react';
import type { OrganizationScope, Scope } from '@/lib/api/client';
import type { Me, Organization, Project } from '@/lib/api/types';

/** Where the user is. A member of an organization may be in none of its projects. */
export interface CurrentPlace {
  me: Me;
  organization: Organization;
  project: Project | null;
  /** Go to a project, or to an organization as a whole, by its id. */
  choose: (id: string) => void;
}

export interface CurrentProject extends CurrentPlace {
  project: Project;
}

const STORED = 'finery.project';

export const storedProject = () => localStorage.getItem(STORED);
export const storeProject = (id: string) => localStorage.setItem(STORED, id);

export const isArchived = (project: Pick<Project, 'status'>) => project.status === 'archived';

/** An organization's first choice: its default project, else one in use, else any. */
export const mainProject = ({ projects }: Organization): Project | null =>
  projects.find((project) => project.is_default) ??
  projects.find((project) => !isArchived(project)) ??
  projects[0] ??
  null;

/** What was last chosen if it is still there, else the first organization that has a project. */
export function pickPlace(
  me: Me,
  wanted: string | null,
): Pick<CurrentPlace, 'organization' | 'project'> | null {
  for (const organization of me.organizations) {
    if (organization.id === wanted) return { organization, project: mainProject(organization) };
    const project = organization.projects.find(({ id }) => id === wanted);
    if (project) return { organization, project };
  }
  const organization = me.organizations.find(mainProject) ?? me.organizations[0];
  return organization ? { organization, project: mainProject(organization) } : null;
}

export const PlaceContext = createContext<CurrentPlace | null>(null);

export function useCurrentPlace(): CurrentPlace {
  const current = useContext(PlaceContext);
  if (!current) throw new Error('useCurrentPlace outside of the signed-in pages');
  return current;
}

export function useCurrentProject(): CurrentProject {
  const { project, ...place } = useCurrentPlace();
  if (!project) throw new Error('useCurrentProject outside of a project');
  return { ...place, project };
}

export function useScope(): Scope {
  const { organization, project } = useCurrentProject();
  return { tenantId: organization.id, projectId: project.id };
}

export function useOrganizationScope(): OrganizationScope {
  return { tenantId: useCurrentPlace().organization.id };
}
