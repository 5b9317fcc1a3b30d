/** The test projects: where each test runs, told by its file name. */
import { availableParallelism } from 'node:os'
import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromium } from './scripts/chromium.mjs'

const tests = (pattern: string) => [`packages/*/test/**/${pattern}`, `apps/*/test/**/${pattern}`]
const dom = tests('*.dom.test.{ts,tsx}')
const browser = tests('*.browser.test.{ts,tsx}')
const windows = tests('*.chromium.test.ts')
/**
 * Files that leave nothing behind in their process: they share the modules they load, which
 * halves what they cost. Whoever sets a global there puts it back.
 */
const light = [
  'packages/{client,protocol}/test/**/*.test.ts',
  // That one measures the memory of its process.
  'packages/broker/test/!(proxy-stream).test.ts',
  'packages/broker/test/{auth,conformance,minters,policy,testing,upstream}/**/*.test.ts',
  'packages/secretvault/test/**/*.test.ts',
  // The vendors' own clients put another fetch in place of the platform's; the command is a process anyway.
  'packages/sandbox/test/!(cli).test.ts',
  'packages/sandbox/test/!(official-clients)/**/*.test.ts',
]
const isNightly = process.env.VALETKEY_NIGHTLY === '1'

// Vitest 4 removed workspace files; this is an ordinary config with `test.projects`.
// It is found through vitest.config.ts, or named: vitest --config vitest.workspace.ts
export default defineConfig({
  test: {
    // Many tests wait for real deadlines of real servers: two to a core are faster than one.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    // Real time and real browsers on a busy machine: there a test may need another try, which is printed.
    retry: process.env.CI ? 2 : 0,
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: tests('*.test.{ts,tsx}'),
          exclude: [...dom, ...browser, ...windows, ...light, '**/node_modules/**'],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'light',
          environment: 'node',
          isolate: false,
          include: light,
          exclude: [...dom, ...browser, ...windows, '**/node_modules/**'],
          testTimeout: 10_000,
        },
      },
      {
        // With the sources compiled by React Compiler, and under StrictMode.
        plugins: [react({ compiler: { panicThreshold: 'all_errors' } })],
        test: {
          name: 'dom',
          environment: 'jsdom',
          include: dom,
          setupFiles: 'packages/react/test/strict-mode.ts',
          testTimeout: 10_000,
        },
      },
      {
        // The same tests with neither: they cost as much again.
        plugins: [react()],
        test: { name: 'dom-plain', environment: 'jsdom', include: isNightly ? dom : [] },
      },
      {
        plugins: [react()],
        test: {
          name: 'browser',
          include: browser,
          testTimeout: 20_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // Tabs, windows and settings of a Chromium, steered from Node.
        test: {
          name: 'chromium',
          environment: 'node',
          include: windows,
          testTimeout: 40_000,
          maxConcurrency: 8,
          sequence: { concurrent: true },
          provide: { chromium: chromium() },
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: tests('*.test-d.{ts,tsx}'),
            // Names a broker for the whole program, so it is compiled apart, by registered.test.ts.
            exclude: ['packages/react/test/registered/**', '**/node_modules/**'],
            tsconfig: 'tsconfig.types.json',
            // Those are reported by scripts/typecheck.mjs.
            ignoreSourceErrors: true,
          },
        },
      },
    ],
  },
})
