// Builds the site of the docs into docs/site/dist. The first time installs the generator; nothing else is fetched.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from './execute.mjs'
import { root } from './tool-path.mjs'

const site = join(root, 'docs', 'site')
const LONGEST_STEP_MS = 180_000
const install = ['pnpm', '-C', site, 'install', '--frozen-lockfile', '--reporter=append-only']
const inSite = (command, ...args) => ['pnpm', '-C', site, 'exec', command, ...args]
const isInstalled = existsSync(join(site, 'node_modules'))

for (const command of [
  isInstalled ? [...install, '--offline'] : install,
  inSite('node', 'stage.mjs'),
  inSite('typedoc'),
  inSite('vitepress', 'build'),
  inSite('node', 'check-links.mjs'),
]) {
  const { code, output } = await execute(command, { timeoutMs: LONGEST_STEP_MS })
  const last = output.trimEnd().split('\n').at(-1)
  if (code === 0 && command.includes('check-links.mjs')) console.log(last)
  if (code === 0) continue
  console.error(`${output.trimEnd()}\n${command.join(' ')} failed`)
  process.exit(1)
}
