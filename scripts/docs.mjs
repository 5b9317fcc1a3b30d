// Builds the site of the docs into docs/site/dist. The first time installs the generator; nothing else is fetched.
import { join } from 'node:path'
import { execute } from './execute.mjs'
import { root } from './tool-path.mjs'

const site = join(root, 'docs', 'site')
const LONGEST_STEP_MS = 180_000
const install = ['pnpm', '-C', site, 'install', '--frozen-lockfile', '--reporter=append-only']
const inSite = (command, ...args) => ['pnpm', '-C', site, 'exec', command, ...args]

// Once installed, it needs no network, unless the lockfile has changed.
const { code: isMissing } = await run([...install, '--offline'])
if (isMissing !== 0) await must(install)
for (const command of [
  inSite('node', 'stage.mjs'),
  inSite('typedoc'),
  inSite('vitepress', 'build'),
])
  await must(command)
const output = await must(inSite('node', 'check-links.mjs'))
console.log(output.trimEnd())
if (process.argv.includes('--look'))
  console.log((await must([process.execPath, 'scripts/check-site.mjs'])).trimEnd())

function run(command) {
  return execute(command, { timeoutMs: LONGEST_STEP_MS })
}

async function must(command) {
  const { code, output } = await run(command)
  if (code === 0) return output
  console.error(`${output.trimEnd()}\n${command.join(' ')} failed`)
  process.exit(1)
}
