import { defineConfig } from '@playwright/test'
import { chromium } from './scripts/chromium.mjs'

// Not the demo's own default, so that tests run beside a demo that somebody has open.
const port = Number(process.env.PORT ?? 4183)
const baseURL = `http://localhost:${port}`

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Each project is a newcomer of its own; both wait more than they compute.
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: '.tools/playwright.json' }]],
  use: { baseURL, launchOptions: chromium(), screenshot: 'only-on-failure' },
  projects: [
    { name: 'light', use: { colorScheme: 'light' } },
    { name: 'dark', use: { colorScheme: 'dark' } },
  ],
  webServer: {
    command: 'pnpm --filter demo start',
    url: baseURL,
    env: { PORT: String(port), HOST: 'localhost' },
    reuseExistingServer: false,
    timeout: 30_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    stdout: 'pipe',
  },
})
