import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTokenClient } from '../src/index.ts'
import { BROKER, codeOf, isBroker, SECOND, stage } from './stage.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A stage that keeps what was sent to the broker. */
function overheard(options: Parameters<typeof stage>[0] = {}) {
  const sent: RequestInit[] = []
  const scene = stage({
    fetch: (input, init = {}) => {
      if (isBroker(input)) sent.push(init)
      return isBroker(input) ? scene.broker.fetch(input, init) : scene.vault.fetch(input, init)
    },
    ...options,
  })
  return { ...scene, sent }
}

describe('a broker request', () => {
  it('says what it is, what it wants, and follows no redirect', async () => {
    const { client, sent } = overheard()
    await client.getToken('cards')
    const [init] = sent
    expect(Object.fromEntries(new Headers(init?.headers))).toEqual({
      'content-type': 'application/json',
      accept: 'application/json, application/problem+json',
      'x-valet-key': '1',
    })
    expect(init).toMatchObject({ method: 'POST', redirect: 'error' })
  })

  it('counts a life from when it leaves, not from when its headers were asked for', async () => {
    const { client, clock } = stage({
      headers: async () => {
        await new Promise<void>((resolve) => clock.after(5 * SECOND, resolve))
        return {}
      },
    })
    const token = client.getToken('cards')
    await clock.advance(5 * SECOND)
    expect((await token).expiresAt).toBe(clock.wall() + 300 * SECOND)
  })

  it.each([
    ['of another origin', 'https://elsewhere.example', undefined, 'include'],
    ['of the same origin', 'https://app.example', undefined, 'same-origin'],
    ['with a bearer of the app’s own', 'https://elsewhere.example', () => ({}), 'same-origin'],
  ] as const)('takes cookies along as far as the broker needs them: %s', async (...row) => {
    const [, origin, headers, credentials] = row
    vi.stubGlobal('location', new URL('/page', origin))
    const { client, sent } = overheard(headers && { headers })
    await client.getToken('cards')
    expect(sent[0]?.credentials).toBe(credentials)
  })

  it('goes to a path of the page, over plain http only where the page came so', async () => {
    vi.stubGlobal('location', new URL('http://intranet.example/app/'))
    const seen: string[] = []
    const fetch = (input: RequestInfo | URL) => {
      seen.push(`${input as string}`)
      return Promise.reject(new TypeError('down'))
    }
    const client = createTokenClient('api/broker/', { fetch })
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
    expect(seen).toEqual(['http://intranet.example/app/api/broker/tokens'])
    expect(() => createTokenClient('http://other.example/broker')).toThrow('mend the option')
    client.dispose()
  })

  it('is answered by an address of the broker’s own for what it proxies, as safe as its own', async () => {
    vi.stubGlobal('location', new URL('http://intranet.example/app/'))
    const item = { id: '0', audience: 'cards', delivery: 'proxy', expires_in: 300 }
    const resources = ['proxy/cards/', 'http://other.example/']
    const answers = resources.map((resource) => ({ tokens: [{ ...item, resource }] }))
    const client = createTokenClient('api/broker', {
      fetch: () => Promise.resolve(Response.json(answers.shift())),
    })
    const resource = 'http://intranet.example/app/api/broker/proxy/cards/'
    expect(await client.prepare(['cards'])).toMatchObject([{ resource }])
    client.reset('bob')
    expect(await codeOf(client.prepare(['cards']))).toBe('malformed_response')
    client.dispose()
  })

  it.each(['https://user@broker.example/', 'https://:pass@broker.example/'])(
    'goes to no address with a name or a password in it: %s',
    (address) => {
      expect(() => createTokenClient(address)).toThrow('mend the option')
    },
  )
})

describe('a broker’s answer', () => {
  it('of 401 is a lost login, whoever wrote it', async () => {
    const { client, broker, types } = stage()
    broker.answerNext(401, 'Unauthorized')
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_session')
    expect(types()).toContain('session-expired')
  })

  it('that is none names its content type', async () => {
    const { client, broker } = stage()
    broker.answerNext(200, '<html>', { 'Content-Type': 'text/html' })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'malformed_response', detail: 'text/html', status: 200 })
  })

  it('that is none is no sign of being offline, whatever the browser believes', async () => {
    const { client, broker, signals } = stage()
    signals.network(false)
    broker.answerNext(200, '<html>')
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
  })

  const cards = { id: '0', audience: 'cards', error: 'temporarily_unavailable', retry_after: 30 }
  const whole = { error: 'temporarily_unavailable', retry_after: 30 }
  it.each<[string, number, object, string]>([
    ['that says for how long, concerns all', 503, whole, 'temporarily_unavailable'],
    ['that names its keys, concerns those', 503, { ...whole, tokens: [cards] }, 'resolved'],
    ['that names no time, concerns its keys', 503, { error: whole.error }, 'resolved'],
    [
      'that is final, concerns its keys',
      403,
      { error: 'invalid_target', retry_after: 30 },
      'resolved',
    ],
  ])('of trouble %s', async (...row) => {
    const [, status, body, code] = row
    const { client, broker } = stage()
    broker.answerNext(status, JSON.stringify(body))
    expect(await codeOf(client.getToken('cards'))).not.toBe('resolved')
    expect(await codeOf(client.getToken('mail'))).toBe(code)
  })

  it('of trouble for all counts for its time, whatever the clock is set to', async () => {
    const { client, broker, clock } = stage()
    broker.answerNext(503, JSON.stringify(whole))
    await codeOf(client.getToken('cards'))
    await clock.advance(29 * SECOND)
    expect(await codeOf(client.getToken('mail'))).toBe('temporarily_unavailable')
    await clock.advance(2 * SECOND)
    expect(await codeOf(client.getToken('mail'))).toBe('resolved')
  })

  it('is looked for at the broker’s address and nowhere else', async () => {
    const seen: string[] = []
    const client = createTokenClient(`${BROKER}/`, {
      fetch: (input) => {
        seen.push(`${input as string}`)
        return Promise.reject(new TypeError('down'))
      },
    })
    await codeOf(client.getToken('cards'))
    expect(seen).toEqual([`${BROKER}/tokens`])
    client.dispose()
  })
})
