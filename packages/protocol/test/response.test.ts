import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAnswer, parseItems } from '../src/response.ts'

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
    const answer = parseAnswer({
      server_time: 1_795_312_345_678,
      session: 'o9f',
      groups: { records: ['records/a', 'records/b'] },
      tokens: [
        { ...grant, token_id: 'k3', scope: 'a b', resource: 'https://a.example/', later: 1 },
      ],
      later: true,
    })

    expect(answer).toEqual({
      serverTime: 1_795_312_345_678,
      session: 'o9f',
      groups: { records: ['records/a', 'records/b'] },
      items: [
        {
          id: '1',
          audience: 'cards',
          access_token: 'abc',
          expires_in: 60,
          token_id: 'k3',
          scope: 'a b',
          resource: 'https://a.example/',
        },
      ],
    })
  })

  it.each([null, 'text', 1, [], {}, { tokens: {} }, { tokens: null }])(
    'refuses %j whole',
    (body) => {
      expect(parseAnswer(body)).toBeUndefined()
    },
  )

  it('leaves out a session and a server time of the wrong type', () => {
    const answer = parseAnswer({ server_time: '1', session: 2, tokens: [] })
    expect(answer).toEqual({ groups: {}, items: [] })
  })

  it('takes a group only if each member is an address within it', () => {
    const answer = parseAnswer({
      groups: {
        good: ['good/a'],
        foreign: ['good/a'],
        mixed: ['mixed/a', 1],
        bare: ['bare'],
        text: 'text/a',
      },
      tokens: [],
    })
    expect(answer?.groups).toEqual({ good: ['good/a'] })
  })

  it('never throws, and hands out no token that could break a header', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (body, text) => {
        parseAnswer(body)
        const [item] = parseItems([{ ...grant, access_token: text }])
        const handedOut = item !== undefined && 'access_token' in item
        expect(handedOut).toBe(/^[\x21-\x7e]+$/.test(text))
      }),
      { numRuns: 300 },
    )
  })
})

describe('parseItems', () => {
  it.each([
    ['an empty token', { access_token: '' }],
    ['a token with a line break', { access_token: 'a\r\nb' }],
    ['a token with a space', { access_token: 'a b' }],
    ['a token beyond ASCII', { access_token: 'ä' }],
    ['a giant token', { access_token: 'x'.repeat(131_073) }],
    ['no token', { access_token: undefined }],
    ['a token that is no text', { access_token: { toString: 'x' } }],
    ['another type', { token_type: 'DPoP' }],
    ['no lifetime', { expires_in: undefined }],
    ['a lifetime of 0', { expires_in: 0 }],
    ['a negative lifetime', { expires_in: -1 }],
    ['a lifetime in words', { expires_in: '60' }],
    ['a lifetime of no number', { expires_in: Number.NaN }],
    ['an endless lifetime', { expires_in: Infinity }],
    ['a lifetime of 1e12 s', { expires_in: 1e12 }],
    ['an unknown delivery', { delivery: 'pigeon' }],
    ['a proxy without address', { delivery: 'proxy' }],
    ['a resource that is no text', { resource: 1 }],
    ['a code we do not know', { error: 'toString' }],
  ])('calls %s malformed and names id and audience', (_, members) => {
    expect(parse(members)).toEqual({ id: '1', audience: 'cards', malformed: expect.any(String) })
  })

  it('lets one bad item spoil only itself', () => {
    const items = parseItems([{ ...grant, access_token: '' }, null, 'x', { ...grant, id: '2' }])
    expect(items).toHaveLength(2)
    expect(items[1]).toMatchObject({ id: '2', access_token: 'abc' })
  })

  it('keeps the longest token a header may hold and a fraction of a second', () => {
    const access_token = 'x'.repeat(131_072)
    expect(parse({ access_token, expires_in: 0.4 })).toMatchObject({
      access_token,
      expires_in: 0.4,
    })
  })

  it('reads a proxied grant, and takes no token from it', () => {
    const item = parse({ delivery: 'proxy', resource: 'proxy/cards/' })
    expect(item).toMatchObject({ delivery: 'proxy', resource: 'proxy/cards/' })
    expect(item).not.toHaveProperty('access_token')
  })

  it('reads a failure, without a wait that is no wait', () => {
    const failure = {
      error: 'temporarily_unavailable',
      error_description: 'later',
      retryable: true,
    }
    expect(parse({ ...failure, retry_after: 3 })).toEqual({
      id: '1',
      audience: 'cards',
      ...failure,
      retry_after: 3,
    })
    expect(parse({ ...failure, retry_after: -3 })).not.toHaveProperty('retry_after')
    expect(parse({ ...failure, retry_after: '3' })).not.toHaveProperty('retry_after')
  })
})
