import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TokenError } from '../src/index.ts'
import { type Canary, canary } from '../src/testing/index.ts'
import { stage } from './stage.ts'

const SIGNATURE = 'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV'
/** In the shape of a signed token, with nothing in it. */
const SIGNED = ['header', 'claims', SIGNATURE].join('.')
const OPAQUE = 'q8"Zk/1m+Wv0c7Rx5Lp2Td9Nb4Hs6Jf3'

let watch: Canary
beforeEach(() => {
  watch = canary()
})
afterEach(() => watch.stop())

const wheres = () => watch.leaks().map(({ where }) => where)
const forms = (text: string) => {
  watch.inspect('here', text)
  return watch.leaks().map(({ form }) => form)
}

describe('a canary', () => {
  it('finds nothing where nothing is', () => {
    watch.plant(OPAQUE)
    watch.inspect('here', { some: ['thing', new Map([[1, new Error('else')]])] })
    expect(() => watch.assertNone()).not.toThrow()
  })

  const asBase64 = (text: string) => Buffer.from(text).toString('base64')
  it.each([
    ['as it is', `Bearer ${OPAQUE}`, 'plain'],
    ['any 16 characters of it', OPAQUE.slice(9, 25), 'plain'],
    ['its last 16 characters', `…${OPAQUE.slice(-16)}`, 'plain'],
    ['in an address', `?t=${encodeURIComponent(OPAQUE)}`, 'URI-encoded'],
    ['in an address, in small letters', encodeURIComponent(OPAQUE).toLowerCase(), 'URI-encoded'],
    ['in base64', asBase64(OPAQUE), 'base64'],
    ['in base64, one character in', asBase64(`:${OPAQUE}:`), 'base64'],
    ['in base64, two characters in', asBase64(`a:${OPAQUE}::`), 'base64'],
    ['in base64url', Buffer.from(OPAQUE.repeat(2)).toString('base64url'), 'base64'],
    ['in hexadecimal', Buffer.from(OPAQUE).toString('hex'), 'hexadecimal'],
    ['in JSON', JSON.stringify({ OPAQUE }), 'plain'],
  ])('finds a token %s', (_, text, form) => {
    watch.plant(OPAQUE)
    expect(forms(text)).toEqual([form])
  })

  it('finds every run of 16 characters of a token, wherever it begins', () => {
    watch.plant(OPAQUE)
    for (let at = 0; at + 16 <= OPAQUE.length; at += 1)
      watch.inspect('here', `${at}: ${OPAQUE.slice(at, at + 16)}`)
    expect(watch.leaks()).toHaveLength(OPAQUE.length - 15)
  })

  it('takes the signature for the secret of a signed token, not its header or claims', () => {
    watch.plant(SIGNED)
    expect(forms('header.claims.other')).toEqual([])
    expect(forms(SIGNATURE.slice(-16))).toEqual(['plain'])
  })

  it('finds a short token whole, and refuses one that would be found everywhere', () => {
    watch.plant('canary-1')
    expect(forms('a canary-1 sang')).toEqual(['plain'])
    expect(() => watch.plant('token')).toThrow(/8 characters/)
  })

  it('finds what was said before the token was planted', () => {
    watch.inspect('log', OPAQUE)
    expect(watch.leaks()).toEqual([])
    watch.plant(OPAQUE)
    expect(wheres()).toEqual(['log'])
  })

  it('names the place, and holds nothing of the token itself', () => {
    watch.plant(OPAQUE)
    watch.inspect('cache', { [OPAQUE]: 1, deep: [{ header: OPAQUE }] })
    let said = ''
    try {
      watch.assertNone()
    } catch (error) {
      said = inspect(error)
    }
    expect(said).toContain('cache.deep.0.header: token 1, plain')
    expect(said).not.toContain(OPAQUE.slice(0, 8))
  })
})

describe('a canary reads', () => {
  const hidden = Object.defineProperty({}, 'kept', { value: OPAQUE })
  class Named {
    toString() {
      return OPAQUE
    }
  }
  class Written {
    toJSON() {
      return { token: OPAQUE }
    }
  }
  class Printed {
    [inspect.custom]() {
      return OPAQUE
    }
  }
  const around: { self?: unknown; token: string } = { token: OPAQUE }
  around.self = around
  const text = `<p>${OPAQUE}</p>`
  it.each<[string, unknown]>([
    ['a message of an error', new Error(OPAQUE)],
    [
      'the cause of a cause',
      new TokenError('config', '', { cause: new Error('', { cause: OPAQUE }) }),
    ],
    ['errors of an AggregateError', new AggregateError([new Error(OPAQUE)])],
    ['a stack', Object.assign(new Error('x'), { stack: OPAQUE })],
    ['a fact of an error', Object.assign(new TokenError('config'), { sent: OPAQUE })],
    ['a key of a Map', new Map([[{ token: OPAQUE }, 1]])],
    ['a Set', new Set([[OPAQUE]])],
    ['headers', new Headers({ 'X-Token': OPAQUE })],
    ['a request', new Request(`https://x.example/?t=${encodeURIComponent(OPAQUE)}`)],
    ['an address', [new URL(`https://x.example/#${OPAQUE}`)]],
    ['search parameters', { query: new URLSearchParams({ OPAQUE }) }],
    ['bytes', { body: new TextEncoder().encode(OPAQUE) }],
    ['a hidden property', hidden],
    [
      'a getter that shows',
      {
        get token() {
          return OPAQUE
        },
      },
    ],
    ['a symbol', { [Symbol('x')]: Symbol(OPAQUE) }],
    ['what it says as a string', [new Named()]],
    ['what it says as JSON', new Written()],
    ['what it says to inspect', new Printed()],
    ['a thing that holds itself', around],
    ['a property of a function', Object.assign(() => {}, { last: OPAQUE })],
    ['an element', { outerHTML: text }],
  ])('%s', (_, value) => {
    watch.plant(OPAQUE)
    watch.inspect('here', value)
    expect(watch.leaks().length).toBeGreaterThan(0)
  })

  it('no getter that shows nothing of itself, as an access token’s', async () => {
    const { client, broker } = stage({}, { tokenText: watch.token })
    const token = await client.getToken('cards')
    watch.inspect('token', [token, { ...token }, structuredClone(token)])
    expect(token.value).toBe(broker.tokenTexts()[0])
    expect(watch.leaks()).toEqual([])
  })
})

describe('a canary listens to', () => {
  it.each(['log', 'error', 'debug', 'table'] as const)('console.%s', (method) => {
    watch.stop()
    const silent = vi.spyOn(console, method).mockImplementation(() => {})
    watch = canary()
    watch.plant(OPAQUE)
    console[method]('sent', { token: OPAQUE })
    watch.stop()
    expect(wheres()).toContain(`console.${method}.1.token`)
    expect(silent).toHaveBeenCalledOnce()
    silent.mockRestore()
  })

  it('messages between contexts', () => {
    watch.plant(OPAQUE)
    const channel = new BroadcastChannel('tabs')
    channel.postMessage({ token: OPAQUE })
    channel.close()
    const { port1 } = new MessageChannel()
    port1.postMessage(OPAQUE.slice(2))
    port1.close()
    expect(wheres()).toEqual(
      expect.arrayContaining(['BroadcastChannel.postMessage.0.token', 'MessagePort.postMessage.0']),
    )
  })

  it('storage, by its contents', () => {
    const items = new Map([['session', JSON.stringify({ access_token: OPAQUE })]])
    const kept = {
      length: 1,
      key: (at: number) => [...items.keys()][at] ?? null,
      getItem: (name: string) => items.get(name) ?? null,
    }
    const other = canary({ storage: { localStorage: kept as Storage } })
    other.stop()
    other.plant(OPAQUE)
    expect(other.leaks().some(({ where }) => where.startsWith('localStorage'))).toBe(true)
  })

  it('requests: all of one but its Authorization', async () => {
    watch.plant(OPAQUE)
    const call = watch.fetch(async () => new Response())
    await call('https://x.example/', { headers: { Authorization: `Bearer ${OPAQUE}` } })
    expect(watch.leaks()).toEqual([])
    await call(`https://x.example/?token=${OPAQUE}`)
    await call('https://x.example/', { headers: { 'X-Auth': `0${OPAQUE}` } })
    await call('https://x.example/', { method: 'POST', body: `1${OPAQUE}` })
    await call(new Request(`https://x.example/?r=${encodeURIComponent(OPAQUE)}`))
    expect(new Set(wheres())).toEqual(
      new Set(['fetch.url', 'fetch.headers (entries).0.1', 'fetch.body']),
    )
  })

  it('the page’s own fetch, until it is told to stop', async () => {
    watch.plant(OPAQUE)
    const tapped = fetch
    await expect(fetch(`data:,${OPAQUE}`)).resolves.toBeInstanceOf(Response)
    expect(wheres()).toContain('fetch.url')
    watch.stop()
    expect(fetch).not.toBe(tapped)
  })

  it('a client: its events past and to come, its statuses', async () => {
    const { client, broker } = stage({}, { tokenText: watch.token })
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    await client.getToken('mail')
    watch.follow(client)
    await expect(client.getToken('cards')).rejects.toThrow('grants')
    expect(watch.leaks()).toEqual([])
    // What they say, taken for tokens: they were read.
    watch.plant('invalid_target')
    watch.plant(String(client.status('mail').refreshAt))
    expect(wheres()).toEqual(
      expect.arrayContaining([
        'event refreshed.refreshAt',
        'event refresh-failed.code',
        'status of cards.error.message',
      ]),
    )
  })
})
