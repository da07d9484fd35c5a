import { notifications } from '@mantine/notifications';
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import * as axeMatchers from 'vitest-axe/matchers';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import i18next from '@/lib/i18n/i18n';
import { forgetSessionKeys } from '@/lib/session-key';
import { server } from '@/testing/server';

expect.extend(axeMatchers);
configure({ asyncUtilTimeout: 15_000 });

class ResizeObserverStub {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal('ResizeObserver', ResizeObserverStub);
vi.stubGlobal('scrollTo', () => undefined);
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
  dispatchEvent: () => false,
}));
window.HTMLElement.prototype.scrollIntoView = () => undefined;
Object.defineProperty(document, 'fonts', {
  value: { addEventListener: () => undefined, removeEventListener: () => undefined },
});

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(async () => {
  cleanup();
  notifications.clean();
  server.resetHandlers();
  forgetSessionKeys();
  localStorage.clear();
  sessionStorage.clear();
  await i18next.changeLanguage('en');
});
afterAll(() => server.close());
