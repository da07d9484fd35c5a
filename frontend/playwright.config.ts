import { defineConfig } from '@playwright/test';
import { chromiumPath, FLAGS } from './e2e/chromium';

const PREVIEW = 'http://127.0.0.1:4173';
const executablePath = await chromiumPath();

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/artifacts',
  reporter: [['list']],
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 30_000 }, // a busy machine is no failure
  use: {
    headless: true,
    actionTimeout: 45_000,
    launchOptions: { executablePath, args: FLAGS },
    viewport: { width: 1280, height: 900 },
    trace: 'retain-on-failure',
  },
  projects: [
    // The built pages with answers from src/testing: no server but the preview's.
    { name: 'pages', testMatch: 'pages.spec.ts', use: { baseURL: PREVIEW } },
    // The whole journey against a running platform at BASE_URL.
    {
      name: 'journey',
      testMatch: 'journey.spec.ts',
      use: { baseURL: process.env.BASE_URL },
      timeout: 600_000,
    },
    // Datasets, reports and uploads, against the same.
    {
      name: 'data',
      testMatch: 'data.spec.ts',
      use: { baseURL: process.env.BASE_URL },
      timeout: 120_000,
    },
    // People, keys and the audit log, against the same. Passkeys need a name for the address: localhost.
    {
      name: 'people',
      testMatch: 'people/*.spec.ts',
      use: { baseURL: process.env.BASE_URL?.replace('127.0.0.1', 'localhost') },
      timeout: 300_000,
    },
  ],
  webServer: process.env.BASE_URL
    ? undefined
    : {
        command: 'npx vite preview --host 127.0.0.1 --port 4173 --strictPort',
        url: PREVIEW,
        reuseExistingServer: false,
      },
});
