// Follows a quick start as a reader would, in an empty folder, and looks whether its page shows what it says.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chromium } from './chromium.mjs'
import { readQuickStart } from './quickstart-steps.mjs'
import { root, tools, withTools } from './tool-path.mjs'

const COMMAND_TIMEOUT_MS = 120_000
const SERVER_TIMEOUT_MS = 60_000
const PAGE_TIMEOUT_MS = 90_000
/** Quieter, and without a look at the registry for what npm has in its cache; no command is altered. */
const env = {
  ...withTools(process.env),
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  NEXT_TELEMETRY_DISABLED: '1',
  NODE_ENV: undefined,
}

const [name = ''] = process.argv.slice(2)
const steps = readQuickStart(readFileSync(join(root, 'docs', `quick-start-${name}.md`), 'utf8'))
const emptyFolder = mkdtempSync(join(tmpdir(), 'valetkey-quick-start-'))
const running = []
let folder = emptyFolder
let page

const act = { file: write, command: runToEnd, server: start, open, text: see }
try {
  for (const step of steps) await act[step.kind](step)
  if (!steps.some(({ kind }) => kind === 'text'))
    throw new Error('it says of nothing what one sees')
  console.log(`${steps.length} steps followed, "${steps.at(-1).text}" seen`)
} catch (error) {
  console.error(`quick start ${name}: ${error.message}`)
  for (const { line, output } of running) console.error(`${line}\n${output.join('').slice(-2_000)}`)
  process.exitCode = 1
} finally {
  await page?.browser.close()
  await Promise.all(running.map(stop))
  rmSync(emptyFolder, { recursive: true, force: true })
}

function write({ path, text }) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

async function runToEnd({ line }) {
  if (line.startsWith('cd ')) {
    folder = join(folder, line.slice(3))
    return
  }
  const { child, output } = launch(line)
  const late = setTimeout(() => process.kill(-Number(child.pid), 'SIGKILL'), COMMAND_TIMEOUT_MS)
  const [code] = await once(child, 'close')
  clearTimeout(late)
  if (code !== 0)
    throw new Error(`${line}\nends with code ${code}\n${output.join('').slice(-2_000)}`)
}

/** Until it says something, as a reader would wait. */
async function start({ line }) {
  const server = { line, ...launch(line) }
  running.push(server)
  const endsAt = Date.now() + SERVER_TIMEOUT_MS
  while (server.output.length === 0) {
    if (hasEnded(server.child)) throw new Error(`${line} ends with code ${server.child.exitCode}`)
    if (Date.now() > endsAt)
      throw new Error(`${line} says nothing in ${SERVER_TIMEOUT_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** In a group of its own, so that what it starts ends with it. */
function launch(line) {
  const child = spawn('sh', ['-c', asPacked(line)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output = []
  child.stdout.on('data', (chunk) => output.push(chunk))
  child.stderr.on('data', (chunk) => output.push(chunk))
  return { child, output }
}

/** The one substitution: packages that are not published yet come from where verify.mjs has packed them. */
function asPacked(line) {
  if (!line.startsWith('npm install')) return line
  return line.replace(/@valetkey\/([a-z]+)/g, (_, folderName) => {
    const tarball = join(tools, 'published', folderName, 'package.tgz')
    if (!existsSync(tarball))
      throw new Error(`${tarball} is missing: run pnpm verify start-${name}`)
    return tarball
  })
}

async function open({ url }) {
  const { chromium: playwright } = await import('playwright')
  const browser = await playwright.launch(chromium())
  const tab = await browser.newPage()
  const complaints = []
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  tab.on('pageerror', (error) => complaints.push(error.message))
  page = { browser, tab, complaints }
  const endsAt = Date.now() + PAGE_TIMEOUT_MS
  const visit = () =>
    tab.goto(url, { timeout: PAGE_TIMEOUT_MS }).then(
      () => true,
      () => false,
    )
  while (!(await visit())) {
    if (Date.now() > endsAt) throw new Error(`${url} cannot be opened`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function see({ text }) {
  const { tab, complaints } = page
  const shown = tab.getByText(text, { exact: false }).first()
  await shown.waitFor({ timeout: PAGE_TIMEOUT_MS }).catch(async () => {
    const seen = (await tab.innerText('body')).slice(0, 500)
    throw new Error(`the page does not show "${text}" but "${seen}"\n${complaints.join('\n')}`)
  })
  if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join('\n')}`)
}

async function stop({ child }) {
  if (hasEnded(child)) return
  const exit = once(child, 'exit')
  process.kill(-Number(child.pid), 'SIGTERM')
  const late = setTimeout(() => process.kill(-Number(child.pid), 'SIGKILL'), 5_000)
  await exit
  clearTimeout(late)
}

function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null
}
