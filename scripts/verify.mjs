// Packs the packages as they would be published, then runs every example on them; the last line counts.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execute, mapAtOnce } from './execute.mjs'
import { secretsIn } from './secrets-in-output.mjs'
import { countsLine, noTests } from './test-counts.mjs'
import { root, tools } from './tool-path.mjs'

const AT_ONCE = 2
const LONGEST_STEP_MS = 180_000
const published = join(tools, 'published')
const lockfile = join(root, 'examples', 'pnpm-lock.yaml')
const packages = readdirSync(join(root, 'packages')).filter((name) => !manifestOf(name).private)
const node = (script) => [process.execPath, '-e', script]
const within = (folder, ...command) => ['pnpm', '-C', `examples/${folder}`, 'exec', ...command]

/**
 * The slowest first. `probe` finds out whether what an example runs on is here, `what` is its name; `command`
 * runs it where smoke.mjs does not.
 */
const examples = [
  { name: 'next' },
  { name: 'consumers', command: [process.execPath, 'examples/consumers/check.mjs'] },
  {
    name: 'workers',
    what: 'workerd',
    probe: within('workers', ...node("await import('miniflare')")),
  },
  { name: 'deno', what: 'Deno', probe: within('deno', 'deno', '--version') },
  { name: 'bun', what: 'Bun', probe: within('bun', 'bun', '--version') },
  { name: 'docs', command: script('docs', '--look') },
  { name: 'start-next', command: script('quickstarts', 'next') },
  { name: 'fresh-node', command: script('fresh-apps', 'node') },
  { name: 'fresh-vite', command: script('fresh-apps', 'vite') },
  { name: 'start-vanilla', command: script('quickstarts', 'vanilla') },
  { name: 'start-react', command: script('quickstarts', 'react') },
  { name: 'broker-python', what: 'Python 3.9', probe: pythonProbe() },
  { name: 'express' },
  { name: 'fastify' },
  { name: 'hono' },
  { name: 'no-code' },
  { name: 'fifth-system', command: ['pnpm', '-C', 'examples/fifth-system', '--silent', 'test'] },
]

const wanted = process.argv.slice(2)
const chosen = examples.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const total = { ...noTests }
const startedAt = performance.now()
if (await prepare()) await mapAtOnce(chosen, AT_ONCE, verify)
else total.failed += chosen.length
if (total.passed + total.failed === 0) total.failed = 1
console.log(`verify: ${countsLine(total)} (${secondsSince(startedAt)})`)
process.exitCode = total.failed === 0 ? 0 : 1

function manifestOf(name) {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
}

function script(name, ...args) {
  return [process.execPath, `scripts/${name}.mjs`, ...args]
}

function smokeOf(name) {
  return [process.execPath, 'examples/smoke.mjs', name]
}

/** What the examples install: not these sources, but what npm would bring. */
async function prepare() {
  rmSync(published, { recursive: true, force: true })
  const filters = packages.flatMap((name) => ['--filter', `./packages/${name}`])
  const build = ['pnpm', '-r', ...filters, '--no-sort', 'run', 'build']
  // Not frozen: a package of ours may have another dependency since. All others stay as they are.
  const install = ['pnpm', '-C', 'examples', 'install', '--no-frozen-lockfile']
  const locked = readFileSync(lockfile, 'utf8')
  for (const command of [
    build,
    ...packages.flatMap(packOf),
    [...install, '--reporter=append-only'],
  ]) {
    const { code, output } = await execute(command, { timeoutMs: LONGEST_STEP_MS })
    if (code === 0) continue
    console.log(`failed   ${command.join(' ')}\n${output.trimEnd()}`)
    return false
  }
  console.log(
    `ready    ${packages.length} packages packed and installed (${secondsSince(startedAt)})`,
  )
  if (readFileSync(lockfile, 'utf8') !== locked)
    console.log('note     examples/pnpm-lock.yaml has changed with our dependencies: commit it')
  return true
}

function packOf(name) {
  const folder = join(published, name)
  mkdirSync(folder, { recursive: true })
  const tarball = join(folder, 'package.tgz')
  return [
    ['pnpm', '--filter', `./packages/${name}`, 'pack', '--out', tarball],
    ['tar', '-xzf', tarball, '-C', folder],
  ]
}

async function verify({ name, what, probe, command = smokeOf(name) }) {
  if (probe && (await execute(probe, { timeoutMs: 30_000 })).code !== 0) return skip(name, what)
  const begun = performance.now()
  const { code, output } = await execute(command, { timeoutMs: LONGEST_STEP_MS })
  const secrets = secretsIn(output)
  const ok = code === 0 && secrets.length === 0
  total[ok ? 'passed' : 'failed'] += 1
  const said = secrets.length > 0 ? secrets.join('\n') : output.trimEnd()
  line(ok ? 'passed' : 'failed', name, `${said} (${secondsSince(begun)})`)
}

/** Elsewhere a machine may lack it; in CI nothing may go unseen. */
function skip(name, what) {
  const isCi = process.env.CI === 'true'
  total[isCi ? 'failed' : 'skipped'] += 1
  line(isCi ? 'failed' : 'skipped', name, `there is no ${what} for this machine`)
}

function line(outcome, name, said) {
  console.log(`${outcome.padEnd(8)} ${name.padEnd(14)} ${said}`)
}

function pythonProbe() {
  return ['python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 9))']
}

function secondsSince(instant) {
  return `${((performance.now() - instant) / 1000).toFixed(1)} s`
}
