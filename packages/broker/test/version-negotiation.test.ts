import { createTokenClient } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import { BASE, BROWSER_HEADERS, createApp, createVaults, type WireBody } from './harness.ts'

type Send = (request: Request) => Promise<Response>

/** A client as a page has it, whose requests go to `send` with the page's cookie. */
function clientOf(send: Send) {
  return createTokenClient(BASE, {
    fetch: (input, init) => {
      const request = new Request(input, init)
      for (const name of ['Cookie', 'Origin', 'Sec-Fetch-Site'])
        request.headers.set(name, BROWSER_HEADERS[name]!)
      return send(request)
    },
  })
}

/** A broker of version 2 that still speaks 1: ours, with members that version 1 does not know. */
function newer(old: Send, versions: string[]): Send {
  return async (request) => {
    versions.push(request.headers.get('X-Valet-Key') ?? 'none')
    const answer = await old(request)
    const body = (await answer.json()) as WireBody
    const later = { since_version: 2, tags: ['new'] }
    const tokens = body.tokens?.map((item) => ({ ...item, ...later }))
    return new Response(JSON.stringify({ ...body, ...later, tokens }), {
      status: answer.status,
      headers: { ...Object.fromEntries(answer.headers), 'X-Later': '2' },
    })
  }
}

/** As clients of version 2 ask: with a new member, and without it where the broker speaks only 1. */
async function askAsVersion2(send: Send): Promise<Response> {
  const post = (version: string, members: object): Promise<Response> =>
    send(
      new Request(`${BASE}/tokens`, {
        method: 'POST',
        headers: { ...BROWSER_HEADERS, 'X-Valet-Key': version },
        body: JSON.stringify({ ...members, tokens: [{ id: '1', audience: 'cards' }] }),
      }),
    )
  const first = await post('2', { urgency: 'low' })
  if (first.status !== 400) return first
  const { supported = [] } = (await first.json()) as WireBody
  return supported.includes('1') ? post('1', {}) : first
}

describe('an old client with a new broker', () => {
  it('gets its tokens, for one audience and for a group, and passes over what it does not know', async () => {
    const { broker } = createVaults()
    const versions: string[] = []
    const client = clientOf(newer(broker.fetch, versions))
    expect((await client.getToken('cards')).value).toBe('test.cards.1')
    const group = await client.getTokens('records')
    expect(Array.from(group.keys())).toEqual(['records/a', 'records/b', 'records/c'])
    expect(new Set(versions)).toEqual(new Set(['1']))
    client.dispose()
  })

  it('understands a refusal with members that it does not know', async () => {
    const { broker } = createApp({ authorize: () => false })
    const client = clientOf(newer(broker.fetch, []))
    await expect(client.getToken('cards')).rejects.toMatchObject({ code: 'invalid_target' })
    client.dispose()
  })

  it('is told by a broker that has forgotten version 1, once and without a retry', async () => {
    let asked = 0
    const client = clientOf(async () => {
      asked += 1
      const problem = {
        status: 400,
        error: 'invalid_request',
        retryable: false,
        supported: ['2', '3'],
      }
      const headers = { 'Content-Type': 'application/problem+json', 'X-Valet-Key': '2' }
      return new Response(JSON.stringify(problem), { status: 400, headers })
    })
    await expect(client.getToken('cards')).rejects.toMatchObject({ code: 'invalid_request' })
    expect(asked).toBe(1)
    client.dispose()
  })
})

describe('a new client with this broker', () => {
  it('is told which version is spoken, asks again without new members, and gets its token', async () => {
    const { broker, events, minter } = createApp()
    const answer = await askAsVersion2(broker.fetch)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('X-Valet-Key')).toBe('1')
    expect(((await answer.json()) as WireBody).tokens).toMatchObject([
      { access_token: 'test.cards.1' },
    ])
    expect(events.filter(({ event }) => event === 'answer')).toMatchObject([
      { status: 400, error: 'invalid_request' },
      { status: 200 },
    ])
    expect(minter.requests).toHaveLength(1)
  })

  it('is not let in by a version that is unknown: who comes from elsewhere learns no version', async () => {
    const { broker } = createApp()
    const headers = {
      ...BROWSER_HEADERS,
      'X-Valet-Key': '2',
      'Sec-Fetch-Site': 'cross-site',
      Origin: 'null',
    }
    const answer = await broker.fetch(
      new Request(`${BASE}/tokens`, { method: 'POST', headers, body: '{}' }),
    )
    expect(answer.status).toBe(403)
    expect((await answer.json()) as WireBody).not.toHaveProperty('supported')
  })
})
