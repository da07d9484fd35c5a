import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const tuple = (colors: string): MantineColorsTuple => colors.split(' ') as unknown as MantineColorsTuple;

// Ten steps each; step 7 carries white text at 4.5:1 or better.
const COLORS = {
  ember: tuple('#fff7ed #ffedd5 #fed7aa #fdba74 #fb923c #f97316 #ea580c #c2410c #9a3412 #7c2d12'),
  gray: tuple('#fafaf9 #f5f5f4 #e7e5e4 #d6d3d1 #a8a29e #78716c #57534e #44403c #292524 #1c1917'),
  dark: tuple('#e7e5e4 #c9c5c1 #a8a29e #78716c #45403c #36322f #2a2725 #211f1d #181615 #121110'),
  red: tuple('#fef2f2 #fee2e2 #fecaca #fca5a5 #f87171 #ef4444 #dc2626 #b91c1c #991b1b #7f1d1d'),
  green: tuple('#f0fdf4 #dcfce7 #bbf7d0 #86efac #4ade80 #22c55e #16a34a #15803d #166534 #14532d'),
  blue: tuple('#eff6ff #dbeafe #bfdbfe #93c5fd #60a5fa #3b82f6 #2563eb #1d4ed8 #1e40af #1e3a8a'),
  yellow: tuple('#fefce8 #fef9c3 #fef08a #fde047 #facc15 #eab308 #ca8a04 #a16207 #854d0e #713f12'),
  teal: tuple('#f0fdfa #ccfbf1 #99f6e4 #5eead4 #2dd4bf #14b8a6 #0d9488 #0f766e #115e59 #134e4a'),
  violet: tuple('#f5f3ff #ede9fe #ddd6fe #c4b5fd #a78bfa #8b5cf6 #7c3aed #6d28d9 #5b21b6 #4c1d95'),
};

export const theme = createTheme({
  colors: COLORS,
  primaryColor: 'ember',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.1rem' }, h3: { fontSize: '1rem' } },
  },
  components: {
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 600, miw: 'max-content' } },
    Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } },
    // A dialog's header is no banner of the page.
    Modal: { defaultProps: { centered: true, attributes: { header: { role: 'presentation' } } } },
    Tooltip: { defaultProps: { withArrow: true } },
  },
});

const lightText = (scheme: 'light' | 'dark') =>
  Object.fromEntries(
    Object.keys(COLORS)
      .filter((name) => name !== 'dark')
      .map((name) => [
        `--mantine-color-${name}-light-color`,
        `var(--mantine-color-${name}-${scheme === 'light' ? 8 : 2})`,
      ]),
  );

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fafaf9',
    '--finery-surface': '#ffffff',
    '--mantine-color-default-border': 'var(--mantine-color-gray-3)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-5)',
    '--mantine-color-error': 'var(--mantine-color-red-7)',
    ...lightText('light'),
  },
  dark: {
    '--mantine-color-body': '#181615',
    '--finery-surface': '#211f1d',
    '--mantine-color-default-border': 'var(--mantine-color-dark-4)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    ...lightText('dark'),
  },
});
