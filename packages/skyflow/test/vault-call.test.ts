import { inspect } from 'node:util'
import { TokenError } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import { callVault, type VaultCall } from '../src/vault-call.ts'
import {
  envelope,
  html,
  json,
  rejectionOf,
  serverThat,
  type TestServer,
  truncated,
} from './setup.ts'

const RULES = { deadlineMs: 500 }
const read: VaultCall<string> = {
  method: 'POST',
  path: 'v1/vaults/v/detokenize',
  body: { asked: 'canary' },
  isWrite: false,
  sent: ['canary'],
  parse: (content) => (typeof content === 'string' ? content : undefined),
}
const write: VaultCall<string> = { ...read, method: 'PUT', isWrite: true }

const call = ({ url }: TestServer, what = read, rules: Parameters<typeof callVault>[2] = RULES) =>
  callVault({ resource: `${url}/base/`, fetch }, what, rules)
const shown = (error: unknown) => inspect(error, { depth: 9, showHidden: true })

describe('callVault', () => {
  it('gives the answer, checked', async () => {
    const server = await serverThat(json(200, 'good'))
    expect(await call(server)).toBe('good')
    expect(server.bodies).toEqual(['{"asked":"canary"}'])
  })

  it.each([
    [400, 'invalid_request', false],
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [404, 'not_found', false],
    [409, 'conflict', false],
    [413, 'invalid_request', false],
    [429, 'rate_limited', true],
    [500, 'vault_error', false],
    [503, 'vault_unavailable', true],
    [504, 'vault_unavailable', true],
  ])('turns status %i into %s', async (status, code, retryable) => {
    const headers = { 'x-request-id': 'r-1' }
    const server = await serverThat(json(status, envelope(status, 'Why it is so.'), headers))
    expect(await rejectionOf(call(server))).toMatchObject({
      code,
      status,
      retryable,
      requestId: 'r-1',
      grpcCode: 3,
      reason: 'Why it is so.',
    })
  })

  it('keeps the vault’s words and details, without what was sent or looks like a secret', async () => {
    const card = '4111 1111 1111 1111'
    const words = `Column iban: canary of a@b.example, ${card}, eyJhbGciOi.eyJ4.c2ln, sky-Ab12c-0123`
    const details = [{ field: 'iban', value: 'canary', card: 4111111111111111, index: 2 }]
    const server = await serverThat(json(400, envelope(400, words, details)))
    const error = await rejectionOf(call(server))
    expect(error).toMatchObject({
      reason: 'Column iban: … of …, …, …, …',
      details: [{ field: 'iban', value: '…', card: '…', index: 2 }],
    })
    expect(shown(error)).not.toMatch(/canary|4111|eyJ|sky-/)
  })

  it('keeps how long it shall wait', async () => {
    const answer = json(429, envelope(429, 'slow'), { 'retry-after': '7' })
    expect(await rejectionOf(call(await serverThat(answer)))).toMatchObject({ retryAfterMs: 7_000 })
  })

  it.each<[string, Parameters<typeof serverThat>[0], string]>([
    ['a page', html(200), 'malformed_answer'],
    ['a page with an error', html(404), 'not_found'],
    ['another shape', json(200, { canary: 1 }), 'malformed_answer'],
    ['nothing', (_, outgoing) => outgoing.writeHead(200).end(), 'malformed_answer'],
    ['half an answer', truncated, 'vault_unreachable'],
    ['no answer', (_, outgoing) => void outgoing.destroy(), 'vault_unreachable'],
  ])('tells %s by its code, and quotes none of it', async (_, answer, code) => {
    const error = await rejectionOf(call(await serverThat(answer)))
    expect(error).toMatchObject({ code, uncertain: false })
    expect(shown(error)).not.toContain('canary')
    const ofWrite = await rejectionOf(call(await serverThat(answer), write))
    expect(ofWrite).toMatchObject({ code, uncertain: code !== 'not_found' })
  })

  it.each<[string, Parameters<typeof serverThat>[0]]>([
    ['never answers', () => {}],
    ['never ends its answer', (_, outgoing) => void outgoing.writeHead(200).write('"go')],
  ])('ends at the deadline if the vault %s', async (_, answer) => {
    const startedAt = performance.now()
    const error = await rejectionOf(call(await serverThat(answer), write))
    expect(error).toMatchObject({ code: 'vault_timeout', retryable: true, uncertain: true })
    expect(performance.now() - startedAt).toBeLessThan(1_500)
  })

  it('tries reads once more, with the same body, and writes never', async () => {
    const broken = html(502)
    const server = await serverThat(broken, json(200, 'good'))
    expect(await call(server, read, { deadlineMs: 2_000 })).toBe('good')
    expect(server.bodies).toEqual(['{"asked":"canary"}', '{"asked":"canary"}'])
    const other = await serverThat(broken, json(200, 'good'))
    expect(await rejectionOf(call(other, write))).toMatchObject({ code: 'vault_unavailable' })
    expect(other.calls()).toBe(1)
  })

  it('never tries again after 429 or 500', async () => {
    for (const status of [429, 500]) {
      const server = await serverThat(html(status))
      await rejectionOf(call(server))
      expect(server.calls()).toBe(1)
    }
  })

  it('gives a caller who gives up the reason of its own', async () => {
    const controller = new AbortController()
    const server = await serverThat(() => controller.abort())
    const error = await rejectionOf(call(server, read, { ...RULES, signal: controller.signal }))
    expect(error).toMatchObject({ name: 'AbortError' })
  })

  it('passes on why there is no token', async () => {
    const lost = new TokenError('invalid_session', 'Nobody is signed in')
    const noToken = () => Promise.reject(lost)
    const error = await rejectionOf(
      callVault({ resource: 'http://x/', fetch: noToken }, read, RULES),
    )
    expect(error).toBe(lost)
  })

  it('tells the broker’s refusal of a proxied call from the vault’s', async () => {
    const problem = { error: 'invalid_session', error_description: 'canary', retry_after: 3 }
    const answer = json(401, problem, { 'x-valet-key': '1', 'x-request-id': 'b-1' })
    const error = await rejectionOf(call(await serverThat(answer)))
    expect(error).toMatchObject({
      code: 'broker_refused',
      status: 401,
      reason: 'invalid_session',
      requestId: 'b-1',
      retryAfterMs: 3_000,
      retryable: false,
    })
    expect(shown(error)).not.toContain('canary')
  })
})
