// Does in an empty folder what a reader would do: writes files, types commands, opens a page.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openPage } from './fresh-page.mjs'
import { tools, withTools } from './tool-path.mjs'

const COMMAND_TIMEOUT_MS = 120_000
const SERVER_TIMEOUT_MS = 60_000
const END_TIMEOUT_MS = 5_000
const SHOWN_CHARACTERS = 2_000
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

/** Every method rejects with what a reader would see; `close` ends all that was started and removes the folder. */
export function createFreshFolder() {
  const emptyFolder = mkdtempSync(join(tmpdir(), 'valetkey-fresh-'))
  const servers = []
  let folder = emptyFolder
  let page

  return {
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    /** Runs a command to its end; resolves with what it prints. */
    async run(line) {
      if (line.startsWith('cd ')) {
        folder = join(folder, line.slice(3))
        return ''
      }
      const { child, output } = launch(line, folder)
      const late = setTimeout(() => signal(child, 'SIGKILL'), COMMAND_TIMEOUT_MS)
      const [code] = await once(child, 'close')
      clearTimeout(late)
      if (code !== 0) throw new Error(`${line}\nends with code ${code}\n${endOf(output)}`)
      return output.join('')
    },
    /** Until it says something, as a reader would wait. */
    async start(line) {
      const { child, output } = launch(line, folder)
      servers.push({ line, child, output })
      const endsAt = Date.now() + SERVER_TIMEOUT_MS
      while (output.length === 0) {
        if (hasEnded(child)) throw new Error(`${line} ends with code ${child.exitCode}`)
        if (Date.now() > endsAt) throw new Error(`${line} says nothing`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async open(url) {
      page = await openPage(url)
    },
    see: (text) => page.see(text),
    /** What the servers said, for a failure. */
    said: () => servers.map(({ line, output }) => `${line}\n${endOf(output)}`).join('\n'),
    async close() {
      await page?.close()
      await Promise.all(servers.map(stop))
      rmSync(emptyFolder, { recursive: true, force: true })
    },
  }
}

/** In a group of its own, so that what it starts ends with it. */
function launch(line, folder) {
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
  return line.replace(/@valetkey\/([a-z]+)/g, (_, name) => {
    const tarball = join(tools, 'published', name, 'package.tgz')
    if (!existsSync(tarball)) throw new Error(`${tarball} is missing: pnpm verify packs it`)
    return tarball
  })
}

async function stop({ child }) {
  if (hasEnded(child)) return
  const exit = once(child, 'exit')
  signal(child, 'SIGTERM')
  const late = setTimeout(() => signal(child, 'SIGKILL'), END_TIMEOUT_MS)
  await exit
  clearTimeout(late)
}

function signal({ pid }, name) {
  process.kill(-Number(pid), name)
}

function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null
}

function endOf(output) {
  return output.join('').slice(-SHOWN_CHARACTERS)
}
