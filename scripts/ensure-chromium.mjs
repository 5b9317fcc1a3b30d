// Sees to it that tests have a Chromium that starts, bringing one where the machine has none.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { chromium, findChromium, packedChromium } from './chromium.mjs'
import { root } from './tool-path.mjs'

const REMEDY = `Install Chrome, Edge or Chromium (Debian: apt-get install chromium), or name one:
  CHROME_PATH=/path/to/chrome npm test`

const DEBIAN_INSTALL_MS = 150_000

if (mayInstall() && !hasWhole()) installFromDebian()
if (!findChromium()) bring()
await tryToStart()

/** Where everything must run: the npm-packed browser is a headless shell, and tests that need more fail there. */
function mayInstall() {
  const { CI, IGNORE_SYSTEM_CHROMIUM } = process.env
  const isDebian =
    existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release'))
  return CI && !IGNORE_SYSTEM_CHROMIUM && isDebian && process.getuid() === 0
}

function hasWhole() {
  const found = findChromium()
  return found !== undefined && found.executablePath !== packedChromium()?.executablePath
}

/** Without success the next best browser is brought, and the tests say what it lacks. */
function installFromDebian() {
  const options = {
    stdio: 'inherit',
    timeout: DEBIAN_INSTALL_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  const install = ['install', '-y', '--no-install-recommends', 'chromium']
  for (const args of [['update'], install]) spawnSync('apt-get', args, options)
}

function bring() {
  const packed = packedChromium()
  if (packed) unpack(packed.folder)
  else runNode([playwrightCli(), 'install', 'chromium', '--no-shell'])
  if (!findChromium()) fail(`There is no Chromium, and none could be brought.`)
}

/** Unpacks the npm-packed Chromium; the folder gets its name only when all of it is there. */
function unpack(folder) {
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  const code = "import c from '@sparticuz/chromium'; await c.executablePath()"
  // It unpacks into the temporary folder; the name of that service makes it unpack its libraries too.
  const env = { TMPDIR: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  if (!runNode(['--input-type=module', '-e', code], env)) return
  writeFileSync(join(partial, 'fonts.conf'), fontsConf(folder))
  rmSync(folder, { recursive: true, force: true })
  renameSync(partial, folder)
}

// The packed file names a fixed folder outside this one.
function fontsConf(folder) {
  const dirs = [join(folder, 'fonts'), '/usr/share/fonts'].map((dir) => `<dir>${xml(dir)}</dir>`)
  const cache = `<cachedir>${xml(join(folder, 'fonts-cache'))}</cachedir>`
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>${dirs.join('')}${cache}</fontconfig>
`
}

function xml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function playwrightCli() {
  const manifest = createRequire(import.meta.url).resolve('playwright/package.json')
  return join(dirname(manifest), 'cli.js')
}

function runNode(args, env = {}) {
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }
  return spawnSync(process.execPath, args, options).status === 0
}

async function tryToStart() {
  const { executablePath } = findChromium()
  const { chromium: playwright } = await import('playwright')
  try {
    const browser = await playwright.launch(chromium())
    console.log(`Chromium ${browser.version()}: ${executablePath}`)
    await browser.close()
  } catch (error) {
    const [reason] = String(error).split('\n')
    fail(`${executablePath} does not start (${reason}).`)
  }
}

function fail(message) {
  console.error(`${message}\n${REMEDY}`)
  process.exit(1)
}
