import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const FEATURES = [
  'account',
  'audit',
  'auth',
  'datasets',
  'files',
  'finetuning',
  'invitation',
  'keys',
  'onboarding',
  'organization',
  'overview',
  'playground',
  'project',
  'uploads',
  'usage',
];

const forbid = (patterns) => ['error', { patterns }];
const ABOVE_LIB = {
  group: ['@/components/*', '@/features/*', '@/app/*'],
  message: 'lib knows nothing above it (lib, ui -> features -> app)',
};
const ABOVE_UI = {
  group: ['@/features/*', '@/app/*'],
  message: 'ui knows no feature (lib, ui -> features -> app)',
};
const ABOVE_FEATURES = { group: ['@/app/*'], message: 'a feature never imports the app' };
const UPWARD = { group: ['../*/*', '../../*'], message: 'use the @/ path' };
const BARREL = { group: ['**/index', '**/index.ts'], message: 'no barrel files' };

/** A feature may import itself, ui and lib, and no other feature. */
const featureZones = FEATURES.map((feature) => ({
  files: [`src/features/${feature}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': forbid([
      ABOVE_FEATURES,
      BARREL,
      UPWARD,
      ...FEATURES.filter((other) => other !== feature).map((other) => ({
        group: [`@/features/${other}/*`],
        message: `feature ${feature} never imports feature ${other}`,
      })),
    ]),
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'test-results', 'src/lib/api/generated', 'postcss.config.cjs'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  reactHooks.configs.flat.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/lib/**/*.{ts,tsx}'], rules: { 'no-restricted-imports': forbid([ABOVE_LIB, BARREL]) } },
  { files: ['src/components/**/*.{ts,tsx}'], rules: { 'no-restricted-imports': forbid([ABOVE_UI, BARREL]) } },
  ...featureZones,
  {
    // A test may mount what it needs, the whole app included.
    files: ['src/**/*.test.{ts,tsx}', 'src/testing/**', 'e2e/**'],
    rules: { 'no-restricted-imports': 'off', 'max-lines-per-function': 'off' },
  },
);
