/** A demo of a test's own, for tests that break its nodes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { test as base } from '@playwright/test'

const MAIN = fileURLToPath(new URL('../apps/demo/server/main.ts', import.meta.url))

/** Like Playwright's `test`, with `page.goto('/')` leading to a demo that nobody else uses. */
export const test = base.extend<{ demoEnv: Readonly<Record<string, string>> }>({
  demoEnv: [{}, { option: true }],
  baseURL: async ({ baseURL: _shared, demoEnv }, provide) => {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        PORT: '0',
        HOST: '127.0.0.1',
        VALETKEY_SECRETVAULT: '',
        VALETKEY_SKYFLOW: '',
        ...demoEnv,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await provide(await addressOf(child))
    child.kill('SIGTERM')
    await once(child, 'exit')
  },
})

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The demo has no output to read.')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Valet Key demo: (\S+)/.exec(line)?.[1]
    if (url) return url
  }
  throw new Error('The demo ended before it said where it is.')
}
