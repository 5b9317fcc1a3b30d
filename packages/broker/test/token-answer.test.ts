import { describe, expect, it } from 'vitest'
import { MintError } from '../src/index.ts'
import { ask, askOne, createVaults, until } from './harness.ts'

describe('failures', () => {
  const down = new MintError('temporarily_unavailable', 'breaker open', { retryAfterMs: 7_000 })

  it('spoil only their own items', async () => {
    const { broker, cards } = createVaults()
    cards.fail(down)
    const { status, tokens } = await ask(broker, 'cards', 'records')
    expect(status).toBe(200)
    expect(tokens[0]).toEqual({
      id: '1',
      audience: 'cards',
      error: 'temporarily_unavailable',
      error_description: 'The service behind the broker cannot be used right now',
      retryable: true,
      retry_after: 7,
    })
    expect(tokens.slice(1).every(({ access_token }) => access_token)).toBe(true)
  })

  it('of one member leave the others, and the group is named whole', async () => {
    const { broker, records } = createVaults()
    records.fail(new MintError('upstream_timeout', 'slow'))
    const { status, body, tokens } = await ask(broker, 'records')
    expect(status).toBe(200)
    expect(body.groups).toEqual({ records: ['records/a', 'records/b', 'records/c'] })
    expect(tokens.filter(({ error }) => error)).toHaveLength(1)
  })

  it('of all for one reason take its status, as a problem that names the items', async () => {
    const { broker, records, cards } = createVaults()
    records.fail(new MintError('temporarily_unavailable', 'x', { retryAfterMs: 1_500 }), 3)
    cards.fail(down)
    const { response, body } = await ask(broker, 'records', 'cards')
    expect(response.status).toBe(503)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(response.headers.get('Retry-After')).toBe('7')
    expect(body).toMatchObject({
      status: 503,
      error: 'temporarily_unavailable',
      retryable: true,
      retry_after: 7,
      request_id: response.headers.get('X-Request-Id'),
    })
    expect(
      body.tokens?.map(({ id, audience, retry_after }) => [id, audience, retry_after]),
    ).toEqual([
      ['1', 'records/a', 1.5],
      ['1', 'records/b', 1.5],
      ['1', 'records/c', 1.5],
      ['2', 'cards', 7],
    ])
  })

  it('for different reasons are a 200 that names each', async () => {
    const { broker, cards } = createVaults()
    cards.fail(new MintError('upstream_invalid', 'html'))
    const { status, tokens } = await ask(broker, 'cards', 'nothing')
    expect(status).toBe(200)
    expect(tokens.map(({ error }) => error)).toEqual(['upstream_invalid', 'invalid_target'])

    cards.fail(new MintError('upstream_auth', 'refused'))
    const both = createVaults()
    both.cards.fail(new MintError('upstream_auth', 'refused'))
    both.shared.fail(new MintError('upstream_invalid', 'html'))
    expect((await ask(both.broker, 'cards', 'shared')).status).toBe(200)
  })

  it('do not reach a user whose old token is usable', async () => {
    const { broker, clock, cards } = createVaults()
    const { access_token } = await askOne(broker, 'cards')
    clock.advance(200_000)
    cards.fail(down)
    expect(await askOne(broker, 'cards')).toMatchObject({ access_token, expires_in: 100 })
    clock.advance(60_000)
    expect(await askOne(broker, 'cards')).toMatchObject({ expires_in: 300 })
  })

  it('say so where a group has no members, or breaks its contract', async () => {
    const { broker, members, faults } = createVaults()
    members.names = []
    expect((await ask(broker, 'records')).status).toBe(503)
    members.names = ['a', 'a']
    expect((await ask(broker, 'records')).status).toBe(500)
    expect(faults()).toMatchObject([{ where: 'members', audience: 'records' }])
  })

  it('hold up nobody: a hanging minter costs its own item, and the others two seconds', async () => {
    const { broker, clock, cards, shared } = createVaults()
    const release = cards.hold()
    const answer = ask(broker, 'cards', 'shared')
    await until(() => cards.requests.length + shared.requests.length === 2)
    clock.advance(2_000)
    const { status, tokens } = await answer
    expect(status).toBe(200)
    expect(tokens[0]).toMatchObject({
      error: 'temporarily_unavailable',
      retryable: true,
      retry_after: 1,
    })
    expect(tokens[1]).toMatchObject({ expires_in: 298 })

    // The mint went on meanwhile, and is there for who asks again.
    release()
    expect(await askOne(broker, 'cards')).toMatchObject({ access_token: 'test.cards.1' })
    expect(cards.requests).toHaveLength(1)
  })

  it('are waited for to the deadline where nothing else is ready', async () => {
    const { broker, clock, cards } = createVaults()
    cards.hold()
    const answer = ask(broker, 'cards', 'nothing')
    await until(() => cards.requests.length === 1)
    clock.advance(7_999)
    clock.advance(1)
    const { tokens } = await answer
    expect(tokens.map(({ error }) => error)).toEqual(['upstream_timeout', 'invalid_target'])
  })

  it('take back a token that ended while another was waited for', async () => {
    const { broker, clock, cards } = createVaults()
    cards.hold()
    const answer = ask(broker, { audience: 'shared', ttl: 5 }, 'cards')
    await until(() => cards.requests.length === 1)
    clock.advance(8_000)
    const { tokens } = await answer
    expect(tokens.map(({ error, error_description }) => [error, error_description])).toEqual([
      ['temporarily_unavailable', expect.stringContaining('ended')],
      ['temporarily_unavailable', expect.stringContaining('slow')],
    ])
  })
})
