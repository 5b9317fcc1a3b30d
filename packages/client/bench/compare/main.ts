/** Plays the hazards with every library, prints what was counted; with `--write` puts it into docs/comparison.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { frozenTab } from './frozen-tab.ts'
import { SCENARIOS, type Scenario } from './scenarios.ts'
import { openStage } from './stage.ts'

interface Contestant {
  readonly name: string
  readonly page: string
  readonly manifest: string
}

const CONTESTANTS: readonly Contestant[] = [
  { name: 'Valet Key', page: 'valetkey', manifest: '../../package.json' },
  { name: 'Auth0', page: 'auth0', manifest: 'node_modules/@auth0/auth0-spa-js/package.json' },
  { name: 'MSAL', page: 'msal', manifest: 'node_modules/@azure/msal-browser/package.json' },
  { name: 'Supabase', page: 'supabase', manifest: 'node_modules/@supabase/auth-js/package.json' },
]

const FROZEN = 'A tab is frozen in the middle of its token request; another tab asks'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const wanted = process.argv.slice(2).filter((it) => !it.startsWith('--'))
const scripts = new Map(
  await Promise.all(
    CONTESTANTS.map(async ({ page }) => [`/${page}.js`, await bundle(page)] as const),
  ),
)
const rows: string[][] = []
for (const scenario of SCENARIOS.filter(({ title }) =>
  wanted.every((word) => title.includes(word)),
))
  rows.push(await playRow(scenario))
if (wanted.every((word) => FROZEN.includes(word))) rows.push(await frozenRow())
const table = printed(rows)
console.log(table)
// A part of the table is no table.
if (process.argv.includes('--write') && wanted.length === 0) write()

async function bundle(page: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, lib: { entry: here(`pages/${page}.ts`), formats: ['es'] } },
  })
  const [output] = [result].flat()
  const [chunk] = output && 'output' in output ? output.output : []
  if (chunk?.type !== 'chunk') throw new Error(`${page}: nothing was built`)
  return chunk.code
}

async function playRow(scenario: Scenario): Promise<string[]> {
  const { title, shows } = scenario
  const cells: string[] = []
  for (const { page, name } of CONTESTANTS) {
    const cell = await play(scenario, page)
    console.error(`${title} · ${name}: ${cell}`)
    cells.push(cell)
  }
  return [`**${title}**: ${shows}`, ...cells]
}

async function play(scenario: Scenario, app: string): Promise<string> {
  const { lifetimeSeconds, clockAheadMs = 0, needs } = scenario
  const stage = await openStage({ app, scripts, lifetimeSeconds, clockAheadMs })
  try {
    if (needs && !(await stage.page.evaluate((name) => name in library, needs))) return 'n/a'
    return await scenario.run(stage)
  } finally {
    await stage.close()
  }
}

async function frozenRow(): Promise<string[]> {
  const cells: string[] = []
  for (const { page, name } of CONTESTANTS) {
    const cell = await frozenTab({ app: page, scripts })
    console.error(`frozen tab · ${name}: ${cell}`)
    cells.push(cell)
  }
  return [
    '**A tab is frozen in the middle of its token request; another tab asks**: what it gets',
    ...cells,
  ]
}

function versionOf({ manifest }: Contestant): string {
  const { version } = JSON.parse(readFileSync(here(manifest), 'utf8')) as { version: string }
  return version
}

function printed(all: readonly string[][]): string {
  const heads = ['', ...CONTESTANTS.map((one) => `${one.name} ${versionOf(one)}`)]
  const lines = [heads, heads.map(() => '---'), ...all]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function write(): void {
  const page = here('../../../../docs/comparison.md')
  const day = new Date().toISOString().slice(0, 10)
  const text = readFileSync(page, 'utf8')
  const marked = /(<!-- measured -->)[\s\S]*?(<!-- \/measured -->)/
  const body = `Measured ${day}.\n\n${table}`
  writeFileSync(
    page,
    text.replace(marked, (_, start: string, end: string) => `${start}\n${body}\n${end}`),
  )
}
