// The steps of `npm test`: what each runs, what it needs, where it leaves its report.
import { join } from 'node:path'
import { tools } from './tool-path.mjs'

export const vitestReport = join(tools, 'vitest.json')
export const pagesReport = join(tools, 'vitest-pages.json')
export const playwrightReport = join(tools, 'playwright.json')

const script = (name) => [process.execPath, `scripts/${name}.mjs`]
const vitest = (report, ...projects) => [
  'vitest',
  'run',
  '--passWithNoTests',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...projects.map((name) => `--project=${name}`),
]

/**
 * In order of priority. `needs` names steps that must have passed, `after` steps that must be over: two
 * suites that start browsers at once slow each other down without gain on two cores.
 */
export const steps = [
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'layers', command: script('check-layers') },
  { name: 'lockfile', command: script('check-lockfile') },
  { name: 'docs', command: script('check-docs') },
  { name: 'browser', command: script('ensure-chromium') },
  { name: 'redis', command: script('ensure-redis') },
  {
    name: 'unit',
    needs: ['browser', 'redis'],
    report: vitestReport,
    command: vitest(vitestReport, 'node', 'light', 'types'),
  },
  {
    // What has a document. In a Chromium most of the time is spent on waiting: beside `unit` it costs little.
    name: 'pages',
    needs: ['browser'],
    report: pagesReport,
    command: vitest(pagesReport, 'browser', 'chromium', 'dom', 'dom-plain'),
  },
  { name: 'types', command: script('typecheck') },
  { name: 'snippets', command: script('check-snippets') },
  {
    name: 'build',
    command: ['pnpm', '-r', '--filter', './packages/*', '--no-sort', 'run', 'build'],
  },
  { name: 'demo', command: ['pnpm', '--filter', 'demo', 'run', 'build'] },
  { name: 'size', needs: ['build'], command: ['size-limit'] },
  { name: 'packages', needs: ['build'], command: script('check-packages') },
  { name: 'unused', command: ['knip'] },
  {
    name: 'e2e',
    needs: ['browser', 'demo'],
    after: ['unit', 'pages'],
    report: playwrightReport,
    command: ['playwright', 'test'],
  },
]
