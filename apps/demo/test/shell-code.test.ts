/** The shell commands shown beside each action, run as they are shown. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionView } from '../server/session-view.ts'
import type { RunningDemo } from '../server/start-demo.ts'
import { type CurlCall, curlOf } from '../src/code/curl.ts'
import { openBrowser, startBareDemo } from './demo-client.ts'

/** `--json` came with curl 7.82. */
const canRun = ['curl --json {} --version', 'jq --version'].every(
  (line) => spawnSync('sh', ['-c', line]).status === 0,
)

describe.runIf(canRun)('the shell commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'valetkey-demo-'))
  let demo: RunningDemo
  let view: SessionView

  beforeAll(async () => {
    demo = await startBareDemo()
    view = await openBrowser(demo).signIn('ada')
  })
  afterAll(() => demo.close())

  // In this process the server could not answer meanwhile.
  function answerTo(call: CurlCall): Promise<string> {
    const text = curlOf(call, `http://127.0.0.1:${demo.port}`, 'ada')
    return new Promise((resolve, reject) => {
      execFile('sh', ['-c', text], { cwd: folder }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      )
    })
  }

  it.each([['visits'], ['visits-proxied']])(
    'write, read and delete a visit: %s',
    async (audience) => {
      const { url, bucket } = view.visits
      const call = { audience, url, path: `buckets/${bucket}/keys/shell` }
      await answerTo({ ...call, method: 'POST', body: { who: "O'Neil" } })
      expect(await answerTo({ ...call, method: 'GET' })).toBe(`{"who":"O'Neil"}`)
      await answerTo({ ...call, method: 'DELETE' })
      expect(await answerTo({ ...call, method: 'GET' })).not.toContain('Neil')
    },
  )

  it.each([['wallet'], ['wallet-proxied']])('read the wallet: %s', async (audience) => {
    const { url, wallet } = view.wallet
    const path = `v2/${wallet}/wallet-service-api/keys`
    expect(await answerTo({ audience, url, method: 'GET', path })).toContain('holder-1')
  })
})
