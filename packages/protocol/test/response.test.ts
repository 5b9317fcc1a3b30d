import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { membersIn, parseAnswer, parseItems } from '../src/response.ts'

const grant = {
  id: '1',
  audience: 'cards',
  access_token: 'abc',
  token_type: 'Bearer',
  expires_in: 60,
}
const parse = (members: object) => parseItems([{ ...grant, ...members }])[0]

describe('parseAnswer', () => {
  it('reads an answer and ignores members it does not know', () => {
    const groups = { records: ['records/a', 'records/b'] }
    const whole = { ...grant, token_id: 'k3', scope: 'a b', resource: 'https://a.example/' }
    const answer = parseAnswer({
      server_time: 1_795_312_345_678,
      session: 'o9f',
      groups,
      tokens: [whole],
      later: true,
    })
    expect(answer).toEqual({ session: 'o9f', groups, items: [{ ...whole, malformed: '' }] })
  })

  it.each([null, 'text', 1, [], {}, { tokens: {} }, { tokens: null }])(
    'refuses %j whole',
    (body) => {
      expect(parseAnswer(body)).toBeUndefined()
    },
  )

  it('leaves out a session that is no text', () => {
    expect(parseAnswer({ session: 2, tokens: [] })).toEqual({ items: [] })
  })

  it('never throws, and passes no token that could break a header', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (body, text) => {
        parseAnswer(body)
        const [item] = parseItems([{ ...grant, access_token: text }])
        expect(item?.malformed === '').toBe(/^[\x21-\x7e]+$/.test(text))
      }),
      { numRuns: 300 },
    )
  })
})

describe('membersIn', () => {
  const groups = {
    good: ['good/a'],
    foreign: ['good/a'],
    mixed: ['mixed/a', 1],
    bare: ['bare'],
    text: 'text/a',
  }

  it('takes a group only if each member is an address within it', () => {
    expect(membersIn(groups, 'good')).toEqual(['good/a'])
    for (const name of ['foreign', 'mixed', 'bare', 'text', 'none', 'constructor', '__proto__'])
      expect(membersIn(groups, name)).toBeUndefined()
  })

  it.each([undefined, null, 'text', 1, []])('finds none in %j', (it_) => {
    expect(membersIn(it_, 'good')).toBeUndefined()
  })
})

describe('parseItems', () => {
  it.each([
    ['an empty token', { access_token: '' }, 'access_token'],
    ['a token with a line break', { access_token: 'a\r\nb' }, 'access_token'],
    ['a token with a space', { access_token: 'a b' }, 'access_token'],
    ['a token beyond ASCII', { access_token: 'ä' }, 'access_token'],
    ['a giant token', { access_token: 'x'.repeat(131_073) }, 'access_token'],
    ['no token', { access_token: undefined }, 'access_token'],
    ['a token that is no text', { access_token: { toString: 'x' } }, 'access_token'],
    ['another type', { token_type: 'DPoP' }, 'token_type'],
    ['no lifetime', { expires_in: undefined }, 'expires_in'],
    ['a lifetime of 0', { expires_in: 0 }, 'expires_in'],
    ['a negative lifetime', { expires_in: -1 }, 'expires_in'],
    ['a lifetime in words', { expires_in: '60' }, 'expires_in'],
    ['a lifetime of no number', { expires_in: Number.NaN }, 'expires_in'],
    ['an endless lifetime', { expires_in: Infinity }, 'expires_in'],
    ['a lifetime of 1e12 s', { expires_in: 1e12 }, 'expires_in'],
    ['an unknown delivery', { delivery: 'pigeon' }, 'delivery'],
    ['a proxy without address', { delivery: 'proxy' }, 'resource'],
    ['a resource that is no text', { resource: 1 }, 'resource'],
    ['a scope that is no text', { scope: ['a'] }, 'scope'],
    ['a token id that is no text', { token_id: {} }, 'token_id'],
    [
      'an error that is explained by no text',
      { error: 'x', error_description: 1 },
      'error_description',
    ],
    ['a wait that is no wait', { error: 'rate_limited', retry_after: -3 }, 'retry_after'],
    ['a wait in words', { error: 'rate_limited', retry_after: '3' }, 'retry_after'],
  ])('names the member at fault: %s', (_, members, malformed) => {
    expect(parse(members)).toMatchObject({ id: '1', audience: 'cards', malformed })
  })

  it('lets one bad item spoil only itself', () => {
    const items = parseItems([{ ...grant, access_token: '' }, null, 'x', { ...grant, id: '2' }])
    expect(items.map(({ malformed }) => malformed)).toEqual(['access_token', ''])
  })

  it('does not believe an item that calls itself malformed, or well', () => {
    expect(parse({ malformed: 'x' })?.malformed).toBe('')
    expect(parse({ malformed: '', expires_in: 0 })?.malformed).toBe('expires_in')
  })

  it('keeps the longest token a header may hold and a fraction of a second', () => {
    const access_token = 'x'.repeat(131_072)
    const item = { access_token, expires_in: 0.4, malformed: '' }
    expect(parse({ access_token, expires_in: 0.4 })).toMatchObject(item)
  })

  it('reads a proxied grant', () => {
    const item = { delivery: 'proxy', resource: 'proxy/cards/', access_token: undefined }
    expect(parse(item)).toMatchObject({ delivery: 'proxy', malformed: '' })
  })

  it('reads a failure', () => {
    const error = 'temporarily_unavailable'
    const failure = { error, error_description: 'later', retryable: true, retry_after: 3 }
    expect(parse(failure)).toMatchObject({ ...failure, malformed: '' })
  })
})
