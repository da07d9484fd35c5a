import { expect, test as base, type BrowserContext } from '@playwright/test';

/** A refused call is an answer, and pages that ask for one are meant to. The browser notes each. */
const REFUSED_CALL = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** Listen to every page of a context: what it breaks of the content policy, and what it logs as an error. */
export async function watch(context: BrowserContext, found: string[]): Promise<void> {
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      reportError(new Error(`content policy: ${event.effectiveDirective} forbids ${event.blockedURI}`));
    });
  });
  context.on('console', (message) => {
    if (message.type() !== 'error' || REFUSED_CALL.test(message.text())) return;
    found.push(`${message.page()?.url()}: ${message.text()}`);
  });
  context.on('weberror', (error) => found.push(`${error.page()?.url()}: ${error.error()}`));
}

interface Watched {
  /** What went wrong unseen, on any page. Fails the test unless it is empty at the end. */
  faults: string[];
  /** A browser of somebody else, watched too. */
  otherBrowser: () => Promise<BrowserContext>;
}

export const test = base.extend<Watched>({
  // eslint-disable-next-line no-empty-pattern -- Playwright wants a pattern, and this needs nothing
  faults: async ({}, provide) => {
    const faults: string[] = [];
    await provide(faults);
    expect(faults, 'errors and violations of the content policy').toEqual([]);
  },
  context: async ({ context, faults }, provide) => {
    await watch(context, faults);
    await provide(context);
  },
  otherBrowser: async ({ browser, faults, baseURL, viewport }, provide) => {
    const opened: BrowserContext[] = [];
    await provide(async () => {
      const context = await browser.newContext({ baseURL, viewport });
      opened.push(context);
      await watch(context, faults);
      return context;
    });
    await Promise.all(opened.map((context) => context.close()));
  },
});
