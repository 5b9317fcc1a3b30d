// Runs a command without a terminal and keeps what it prints.
import { spawn } from 'node:child_process'
import { root, withTools } from './tool-path.mjs'

const children = new Set()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    for (const child of children) child.kill(signal)
    process.exit(130)
  })

/**
 * Runs it from the root, so that the paths it prints can be opened from there. Never rejects: `code` is
 * the exit code, `null` after a signal or where the command could not be started.
 *
 * @param {string[]} commandLine
 * @param {{ timeoutMs?: number, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function execute([command = '', ...args], { timeoutMs, env = {} } = {}) {
  const parts = []
  const child = spawn(command, args, {
    cwd: root,
    env: { ...withTools(process.env), ...env },
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  const stop = () => {
    parts.push(`\nStopped after ${timeoutMs / 1000} s.`)
    child.kill()
  }
  const timer = timeoutMs === undefined ? undefined : setTimeout(stop, timeoutMs)
  child.stdout.on('data', (chunk) => parts.push(chunk))
  child.stderr.on('data', (chunk) => parts.push(chunk))
  return new Promise((resolve) => {
    child.on('error', (error) => parts.push(error.message))
    child.on('close', (code) => {
      clearTimeout(timer)
      children.delete(child)
      resolve({ code, output: parts.join('') })
    })
  })
}

/** Runs `work` over all items, at most `atOnce` at a time; results in the order of the items. */
export async function mapAtOnce(items, atOnce, work) {
  const results = []
  const waiting = [...items.entries()]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      results[next[0]] = await work(next[1])
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}
