import { describe, expect, it } from 'vitest'
import { createWaltid, isWaltidError } from '../src/index.ts'
import { createWorld, direct, proxied, rejectionOf, type WorldOptions } from './world.ts'

/** For tests that hold whichever way walt.id is called. */
const BOTH_WAYS: [string, WorldOptions][] = [
  ['called directly', { audience: direct }],
  ['called through the broker', { audience: proxied }],
]

describe.each(BOTH_WAYS)('a walt.id %s', (_, options) => {
  it('shows keys, DIDs and credentials of a wallet, and the sources of trust', async () => {
    const { vault, sandbox } = await createWorld(options)
    const { wallet, trustRegistry } = sandbox.waltid
    expect(await vault.keys(wallet)).toEqual([
      { keyId: 'holder-1', keyType: 'Ed25519', algorithm: 'EdDSA' },
      { keyId: 'holder-2', keyType: 'secp256r1' },
    ])
    const [did] = await vault.dids(wallet)
    expect(did).toMatchObject({
      did: expect.stringMatching(/^did:key:/),
      document: { id: did?.did },
    })
    expect(await vault.credentials(wallet)).toMatchObject([{ id: 'c-1' }])
    expect(await vault.trustSources(trustRegistry)).toEqual([
      { sourceId: 'eu-lotl', displayName: 'EU list of trusted lists', freshnessState: 'FRESH' },
    ])
  })

  it('goes on with another key where one is refused', async () => {
    const { vault, sandbox, keys } = await createWorld(options)
    const { wallet } = sandbox.waltid
    await vault.keys(wallet)
    sandbox.waltidControl.fault({ status: 401, path: '/v2/*', times: 1 })
    expect(await vault.keys(wallet)).toHaveLength(2)
    expect((await keys()).length).toBeLessThanOrEqual(2)
  })

  it.each([
    [{ status: 401 }, { code: 'unauthorized', status: 401, reason: /^Unauthorized/ }],
    [{ status: 403 }, { code: 'forbidden', exception: 'FaultException', retryable: false }],
    [{ status: 404 }, { code: 'not_found' }],
    [{ status: 429 }, { code: 'rate_limited', retryable: true }],
    [{ status: 500 }, { code: 'vault_error' }],
    [{ status: 503 }, { code: 'vault_unavailable', reason: /license is not active/ }],
    [{ body: 'html' as const }, { code: 'malformed_answer' }],
    [{ body: 'truncated' as const }, { code: 'vault_unreachable' }],
  ])('tells the fault %o by its code', async (fault, { reason = /^/, ...expected }: Expected) => {
    const { vault, sandbox } = await createWorld(options)
    sandbox.waltidControl.fault({ ...fault, path: '/v2/*' })
    const error = await rejectionOf(vault.keys(sandbox.waltid.wallet))
    expect(isWaltidError(error)).toBe(true)
    expect(error).toMatchObject(expected)
    expect(isWaltidError(error) ? (error.reason ?? '') : '').toMatch(reason)
    expect(String(error)).not.toContain('eyJ')
  })

  it('gives up at its deadline, and when its caller does', async () => {
    const { vault, client, sandbox } = await createWorld(options)
    const { wallet } = sandbox.waltid
    await vault.keys(wallet)
    sandbox.waltidControl.fault({ delayMs: 60_000, path: '/v2/*' })
    const hasty = createWaltid({ client, audience: 'wallet', deadlineMs: 300 })
    expect(await rejectionOf(hasty.keys(wallet))).toMatchObject({ code: 'vault_timeout' })
    const reason = new Error('gave up')
    expect(await rejectionOf(vault.keys(wallet, { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    )
  })
})

interface Expected {
  code: string
  status?: number
  exception?: string
  retryable?: boolean
  reason?: RegExp
}

describe('createWaltid()', () => {
  it('shows when an API key ends to a role that may see it', async () => {
    const { vault, keys } = await createWorld({ minter: { roleId: 'admin' } })
    await vault.apiKey('acme.sandbox-admin')
    const [id = ''] = await keys()
    const { expiresAt = 0, ...view } = await vault.apiKey(id)
    expect(view).toEqual({ id, name: 'Valet Key' })
    expect(expiresAt - Date.now()).toBeGreaterThan(800_000)
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(900_000)
    expect(await vault.apiKey('acme.sandbox-admin')).not.toHaveProperty('expiresAt')
  })

  it('refuses what is no dotted path before anything is sent', async () => {
    const { vault, sandbox } = await createWorld()
    const wrong = [
      'wallet',
      'acme.',
      '.acme',
      'acme.a/b',
      'acme..b',
      'acme.ü',
      `acme.${'x'.repeat(512)}`,
    ]
    for (const target of wrong)
      for (const operation of ['keys', 'trustSources', 'apiKey'] as const)
        expect(await rejectionOf(vault[operation](target))).toMatchObject({
          code: 'invalid_argument',
        })
    expect(sandbox.waltidControl.requests().total).toBe(0)
  })

  it('refuses options that cannot work', async () => {
    const { client } = await createWorld()
    for (const option of [{ deadlineMs: 0 }, { viewPath: '/v1/view' }])
      expect(() => createWaltid({ client, audience: 'wallet', ...option })).toThrow(
        Object.keys(option)[0],
      )
  })
})
