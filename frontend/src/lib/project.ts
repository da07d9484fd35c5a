import { createContext, useContext } from 'react';
import type { Scope } from '@/lib/api/client';
import type { Me, Organization, Project } from '@/lib/api/types';

export interface CurrentProject {
  me: Me;
  organization: Organization;
  project: Project;
  choose: (projectId: string) => void;
}

const STORED = 'finery.project';

export const storedProject = () => localStorage.getItem(STORED);
export const storeProject = (projectId: string) => localStorage.setItem(STORED, projectId);

/** The project last chosen if it is still there, else the first organization's default one. */
export function pickProject(me: Me, wanted: string | null) {
  const all = me.organizations.flatMap((organization) =>
    organization.projects.map((project) => ({ organization, project })),
  );
  return (
    all.find(({ project }) => project.id === wanted) ??
    all.find(({ project }) => project.is_default) ??
    all[0]
  );
}

export const ProjectContext = createContext<CurrentProject | null>(null);

export function useCurrentProject(): CurrentProject {
  const current = useContext(ProjectContext);
  if (!current) throw new Error('useCurrentProject outside of a project');
  return current;
}

export function useScope(): Scope {
  const { organization, project } = useCurrentProject();
  return { tenantId: organization.id, projectId: project.id };
}
