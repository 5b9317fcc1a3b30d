import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createTokenClient } from '@valetkey/client'
import { expect, it, onTestFinished } from 'vitest'

const RECOVERY_MS = 2_000

async function start(port = 0): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(fileURLToPath(new URL('broker-process.ts', import.meta.url)), [String(port)])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return { child, url }
}

it('is killed in the middle of a mint: the caller hears of it at once, and the next call after its restart has a token', async () => {
  const first = await start()
  const client = createTokenClient(first.url, { headers: () => ({ Authorization: 'Bearer x' }) })
  onTestFinished(() => client.dispose())
  const asked = client.getToken('cards')
  await once(first.child, 'message')
  first.child.kill('SIGKILL')
  await expect(asked).rejects.toMatchObject({ code: expect.any(String), retryable: true })
  const second = await start(Number(new URL(first.url).port))
  expect(second.url).toBe(first.url)
  const beganAt = performance.now()
  let token: unknown
  while (token === undefined && performance.now() - beganAt < 10 * RECOVERY_MS)
    token = await client.getToken('cards').catch(async ({ retryAt }: { retryAt?: number }) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(20, (retryAt ?? 0) - Date.now())))
    })
  expect(token).toMatchObject({ audience: 'cards' })
}, 60_000)
