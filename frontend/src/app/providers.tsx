import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cssVariables, theme } from '@/app/theme';

/** What the page's content policy lets styles in by: the server puts it into each answer's head. */
const styleNonce = () => document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
Object.assign(globalThis, { __webpack_nonce__: styleNonce() }); // read by react-remove-scroll, below modals

interface ProvidersProps {
  queryClient: QueryClient;
  env?: 'default' | 'test';
  children: ReactNode;
}

/** What Mantine's own buttons are called, in the user's language. */
function useNamedTheme() {
  const { t } = useTranslation();
  return useMemo(() => {
    const closable = { defaultProps: { closeButtonProps: { 'aria-label': t('actions.close') } } };
    const toggle = { 'aria-label': t('auth.showPassword') };
    return mergeThemeOverrides(theme, {
      components: {
        Modal: closable,
        Notification: closable,
        PasswordInput: { defaultProps: { visibilityToggleButtonProps: toggle } },
      },
    });
  }, [t]);
}

export function Providers({ queryClient, env = 'default', children }: ProvidersProps) {
  const namedTheme = useNamedTheme();
  return (
    <MantineProvider
      theme={namedTheme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      env={env}
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          {children}
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
