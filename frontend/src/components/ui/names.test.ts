import { EVENT_TYPES } from '@/features/audit/audit-filters';
import { ORGANIZATION_ROLES, PROJECT_ROLES } from '@/lib/api/admin-types';
import i18next, { LANGUAGES } from '@/lib/i18n/i18n';
import { ORGANIZATION_MEMBER, organization, PROJECT_OWNER } from '@/testing/place-fixtures';

const NAMES = {
  event: EVENT_TYPES,
  role: [...ORGANIZATION_ROLES, ...PROJECT_ROLES],
  can: [...organization.permissions, ...ORGANIZATION_MEMBER, ...PROJECT_OWNER],
};

test.each(Object.entries(NAMES))(
  'every %s that the server may say has a name in both languages',
  (prefix, names) => {
    const unnamed = LANGUAGES.flatMap((language) =>
      names.filter(
        (name) => typeof i18next.getResource(language, 'translation', `${prefix}.${name}`) !== 'string',
      ),
    );
    expect(unnamed).toEqual([]);
  },
);
