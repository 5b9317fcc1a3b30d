import { describe, expect, it } from 'vitest'
import { BASE, BROWSER_HEADERS, createApp } from './harness.ts'

const to = (path: string, init: RequestInit = {}): Request => new Request(`${BASE}${path}`, init)

describe('health', () => {
  it('needs no login and gives no data', async () => {
    const { broker } = createApp()
    const bodies = await Promise.all(
      ['/healthz', '/readyz'].map(async (path) => (await broker.fetch(to(path))).json()),
    )
    expect(bodies).toEqual([{ status: 'ok' }, { status: 'ready' }])
  })

  it('is alive and not ready while the broker shuts down', async () => {
    const { broker } = createApp()
    await broker.close()
    expect((await broker.fetch(to('/healthz'))).status).toBe(200)
    const response = await broker.fetch(to('/readyz'))
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('1')
  })

  it('is never a way around the guard of the tokens', async () => {
    const { broker, minter } = createApp()
    const headers = { ...BROWSER_HEADERS, 'X-Valet-Key': '', 'User-Agent': 'kube-probe/1.30' }
    const init = { method: 'POST', headers, body: '{}' }
    expect((await broker.fetch(to('/healthz', init))).status).toBe(405)
    expect((await broker.fetch(to('/tokens?/healthz', init))).status).toBe(400)
    expect(minter.requests).toHaveLength(0)
  })
})
