import { describe, expect, it } from 'vitest'
import { createTokenClient } from '../../src/index.ts'
import { codeOf, SECOND, stage } from '../stage.ts'

const good = { id: '1', audience: 'mail', access_token: 'good-token', expires_in: 300 }

describe('an answer with a token', () => {
  it.each<[string, object]>([
    ['that is a number', { access_token: 7 }],
    ['that is null', { access_token: null }],
    ['with a space', { access_token: 'a b' }],
    ['with a carriage return', { access_token: 'a\r\nX-Admin: 1' }],
    ['with letters beyond ASCII', { access_token: 'tokén' }],
    ['of 1 MB', { access_token: 'x'.repeat(1_000_000) }],
    ['of another kind', { token_type: 'mac' }],
    ['that never ends', { expires_in: null }],
    ['of a negative life', { expires_in: -1 }],
    ['of a life of 1e12 s', { expires_in: 1e12 }],
    ['for another address', { resource: 'javascript:alert(1)' }],
    ['of an unknown delivery', { delivery: 'pigeon' }],
  ])('%s is refused, for that item alone', async (_, wrong) => {
    const { client, broker, clock } = stage()
    const bad = { id: '0', audience: 'cards', access_token: 'abcdefgh', expires_in: 300, ...wrong }
    broker.answerNext(200, JSON.stringify({ server_time: 1, tokens: [bad, good] }))
    const all = [codeOf(client.getToken('cards')), codeOf(client.getToken('mail'))]
    expect(await Promise.all(all)).toEqual(['malformed_response', 'resolved'])
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
    expect(broker.requests()).toHaveLength(1)
    await clock.advance(60 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it.each<[string, unknown]>([
    ['encoded twice', JSON.stringify(JSON.stringify({ tokens: [good] }))],
    ['empty', ''],
    ['the word undefined', 'undefined'],
    ['the word null', 'null'],
    ['cut off', '{"tokens":[{"id":"0","audience":"cards","access_to'],
    ['a bare token', '"abcdefgh"'],
    ['a list', '[]'],
  ])('is none where the body is %s', async (_, body) => {
    const { client, broker } = stage()
    broker.answerNext(200, body as string)
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
  })

  it.each([undefined, null, 'abcdefgh', 7, [], { token: 'abcdefgh' }])(
    'is none where a function answers %j',
    async (body) => {
      const client = createTokenClient(() => Promise.resolve(body))
      expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
      client.dispose()
    },
  )

  it('that names an error nobody knows is malformed, not a sign-out', async () => {
    const { client, broker, types } = stage()
    const item = { id: '0', audience: 'cards', error: 'user_gone' }
    broker.answerNext(200, JSON.stringify({ server_time: 1, tokens: [item] }))
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
    expect(types()).not.toContain('session-expired')
  })

  it('for an audience that nobody asked for is left lying', async () => {
    const { client, broker } = stage()
    const stray = { ...good, id: '0' }
    const own = { id: '0', audience: 'cards', access_token: 'abcdefgh', expires_in: 300 }
    broker.answerNext(200, JSON.stringify({ server_time: 1, tokens: [stray, own] }))
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    expect(client.status('mail').status).toBe('idle')
  })
})
