import { inspect } from 'node:util'
import { TokenError } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import { callVault, type VaultCall } from '../src/vault-call.ts'
import { json, rejectionOf, serverThat, text } from './setup.ts'

const RULES = { deadlineMs: 400 }
const read: VaultCall = { method: 'GET', path: 'buckets/b/keys/k' }
const write: VaultCall = { method: 'POST', path: 'buckets/b/keys/k', body: '{"canary":1}' }

describe('callVault', () => {
  it.each([
    [400, 'invalid_request', false],
    [401, 'unauthorized', false],
    [402, 'license_inactive', false],
    [403, 'forbidden', false],
    [404, 'not_found', false],
    [409, 'conflict', false],
    [413, 'invalid_request', false],
    [429, 'rate_limited', true],
    [500, 'vault_error', false],
    [503, 'vault_unavailable', true],
  ])(
    'turns status %i into %s by the status alone, and quotes nothing',
    async (status, code, retryable) => {
      const answer = text(status, 'canary of the vendor')
      const { baseUrl } = await serverThat(answer)
      const error = await rejectionOf(callVault({ resource: `${baseUrl}/`, fetch }, write, RULES))
      expect(error).toMatchObject({ code, status, retryable })
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
    },
  )

  it('keeps how long it shall wait', async () => {
    const { baseUrl } = await serverThat(json(429, {}, { 'retry-after': '7' }))
    const error = await rejectionOf(callVault({ resource: `${baseUrl}/`, fetch }, read, RULES))
    expect(error).toMatchObject({ retryAfterMs: 7_000 })
  })

  it('ends at the deadline; a write may have been carried out', async () => {
    const { baseUrl } = await serverThat(() => {})
    const vault = { resource: `${baseUrl}/`, fetch }
    expect(await rejectionOf(callVault(vault, write, RULES))).toMatchObject({
      code: 'vault_timeout',
      uncertain: true,
    })
    expect(await rejectionOf(callVault(vault, read, RULES))).toMatchObject({ uncertain: false })
  })

  it('tells that nobody answers', async () => {
    const { baseUrl } = await serverThat((_, outgoing) => void outgoing.destroy())
    const error = await rejectionOf(callVault({ resource: `${baseUrl}/`, fetch }, write, RULES))
    expect(error).toMatchObject({ code: 'vault_unreachable', uncertain: true })
  })

  it('passes on why there is no token', async () => {
    const lost = new TokenError('invalid_session', 'Nobody is signed in')
    const noToken = () => Promise.reject(lost)
    const call = callVault({ resource: 'http://x/', fetch: noToken }, read, RULES)
    expect(await rejectionOf(call)).toBe(lost)
  })

  it('tells the broker’s refusal of a proxied call from the database’s', async () => {
    const problem = { error: 'invalid_session', error_description: 'canary', retry_after: 3 }
    const { baseUrl } = await serverThat(json(401, problem, { 'x-valet-key': '1' }))
    const error = await rejectionOf(callVault({ resource: `${baseUrl}/`, fetch }, read, RULES))
    expect(error).toMatchObject({
      code: 'broker_refused',
      status: 401,
      reason: 'invalid_session',
      retryAfterMs: 3_000,
      retryable: false,
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
  })
})
