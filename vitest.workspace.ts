import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromium } from './scripts/chromium.mjs'

const dom = ['packages/*/test/**/*.dom.test.tsx']

// Vitest 4 removed workspace files; this is an ordinary config with `test.projects`.
// It is found through vitest.config.ts, or named: vitest --config vitest.workspace.ts
export default defineConfig({
  test: {
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['packages/*/test/**/*.test.ts', 'packages/*/test/**/ssr.test.tsx'],
        },
      },
      {
        plugins: [react()],
        test: { name: 'dom', environment: 'jsdom', include: dom },
      },
      {
        // The same tests, with the sources compiled by React Compiler.
        plugins: [react({ compiler: { panicThreshold: 'all_errors' } })],
        test: { name: 'dom-compiled', environment: 'jsdom', include: dom },
      },
      {
        plugins: [react()],
        test: {
          name: 'browser',
          include: ['packages/*/test/**/*.browser.test.tsx'],
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
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/test/**/*.test-d.ts'],
            tsconfig: 'packages/client/tsconfig.json',
          },
        },
      },
    ],
  },
})
