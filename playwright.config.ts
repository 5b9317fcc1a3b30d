/** End-to-end tests: the built demo in Chromium, in both colour schemes. */
import { defineConfig } from '@playwright/test'
import { chromium } from './scripts/chromium.mjs'

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Most of these tests wait for tokens to renew, more than they compute.
  workers: 3,
  timeout: 90_000,
  // Where a busy machine is nobody's fault; a test that needed it is printed as flaky.
  retries: process.env.CI ? 2 : 0,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: '.tools/playwright.json' }]],
  use: {
    // Set when the server has said where it is; workers read this file after that.
    baseURL: process.env.VALETKEY_DEMO_URL,
    launchOptions: chromium(),
    screenshot: 'only-on-failure',
    // Lanes that move take a quarter of a processor; the newcomer's test has them.
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    { name: 'light', use: { colorScheme: 'light' } },
    {
      name: 'dark',
      // Colours play no part in the others.
      testMatch: '**/accessibility.spec.ts',
      grep: /axe finds|theme/,
      use: { colorScheme: 'dark' },
    },
  ],
  webServer: {
    command: `"${process.execPath}" apps/demo/server/main.ts`,
    // Any free port, so that tests run beside a demo that somebody has open.
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      VALETKEY_SECRETVAULT: '',
      VALETKEY_SKYFLOW: '',
      VALETKEY_DEMO_CORS: '',
    },
    wait: { stdout: /Valet Key demo: (?<valetkey_demo_url>\S+)/ },
    reuseExistingServer: false,
    timeout: 30_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
})
