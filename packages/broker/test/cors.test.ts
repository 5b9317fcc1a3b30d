import { describe, expect, it } from 'vitest'
import { BASE, createApp, tokenRequest } from './harness.ts'

const APP = 'https://other-app.example'
const item = { id: '1', audience: 'cards' }

describe('CORS', () => {
  const preflight = (origin: string): Request =>
    new Request(`${BASE}/tokens`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-valet-key',
      },
    })
  const corsHeadersOf = (response: Response) =>
    [...response.headers].filter(([name]) => name.startsWith('access-control'))

  it('lets a listed origin send what a client sends', async () => {
    const { broker } = createApp({ origins: [APP] })
    const { headers, status } = await broker.fetch(preflight(APP))
    expect(status).toBe(204)
    expect(headers.get('Access-Control-Allow-Origin')).toBe(APP)
    expect(headers.get('Access-Control-Allow-Methods')).toBe('POST, OPTIONS')
    expect(headers.get('Access-Control-Allow-Headers')).toMatch(/\bContent-Type\b.*\bX-Valet-Key\b/)
    expect(headers.get('Access-Control-Max-Age')).toBe('600')
  })

  it.each([
    'https://other-app.example.evil',
    'https://evil.example',
    'http://other-app.example',
    'https://OTHER-APP.example',
    'https://other-app.example:444',
    'https://sub.other-app.example',
    'null',
    '*',
  ])('has no word for %s', async (origin) => {
    const { broker, minter } = createApp({ origins: [APP] })
    expect(corsHeadersOf(await broker.fetch(preflight(origin)))).toEqual([])
    const headers = { Origin: origin, 'Sec-Fetch-Site': 'cross-site' }
    const response = await broker.fetch(tokenRequest({ tokens: [item] }, headers))
    expect(response.status).toBe(403)
    expect(corsHeadersOf(response)).toEqual([])
    expect(minter.requests).toHaveLength(0)
  })

  it('is off by default', async () => {
    const { broker } = createApp()
    expect(corsHeadersOf(await broker.fetch(preflight(APP)))).toEqual([])
    const headers = { Origin: APP, 'Sec-Fetch-Site': 'cross-site' }
    expect((await broker.fetch(tokenRequest({ tokens: [item] }, headers))).status).toBe(403)
  })

  it('brings tokens to a listed app on another site', async () => {
    const { broker } = createApp({ origins: [APP] })
    const headers = { Origin: APP, 'Sec-Fetch-Site': 'cross-site' }
    const response = await broker.fetch(tokenRequest({ tokens: [item] }, headers))
    expect(response.status).toBe(200)
  })
})
