import { Button, Container, Stack } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/components/ui/error-note';

interface Caught {
  error: unknown;
}

/** A crash in rendering shows what happened and a way out, never a white page. */
export function CrashPage({ error }: Caught) {
  const { t } = useTranslation();
  return (
    <Container size="sm" py={80} component="main">
      <Stack>
        <h1>{t('errors.crashed')}</h1>
        <ErrorNote error={error} />
        <Button onClick={() => window.location.assign('/')}>{t('actions.reload')}</Button>
      </Stack>
    </Container>
  );
}

export class ErrorBoundary extends Component<{ children: ReactNode }, Caught> {
  override state: Caught = { error: null };

  static getDerivedStateFromError(error: unknown): Caught {
    return { error };
  }

  override render() {
    return this.state.error ? <CrashPage error={this.state.error} /> : this.props.children;
  }
}
