import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { SkyflowError } from '../src/index.ts'
import { rejectionOf } from './setup.ts'
import { BOTH_WAYS, createWorld } from './world.ts'

const ADA = {
  patient_id: 'P-1',
  name: 'Ada Lovelace',
  ssn: '078-05-1120',
  email: 'ada@math.example',
}
const BOB = { patient_id: 'P-2', name: 'Bob Roberts' }
const UUID = /^[0-9a-f-]{36}$/
const NOBODY = '00000000-0000-4000-8000-000000000000'

describe.each(BOTH_WAYS)('a vault %s', (_, options) => {
  it('tells what the vault refuses, without what was sent', async () => {
    const { vault } = await createWorld(options)
    const record = { ...ADA, iban: 'DE89 3704 0044 0532 0130 00' }
    const error = await rejectionOf(vault.insert('patients', record))
    expect(error).toMatchObject({
      code: 'invalid_request',
      status: 400,
      grpcCode: 3,
      requestId: expect.stringMatching(UUID),
      reason: expect.stringContaining('iban'),
      retryable: false,
      uncertain: false,
    })
    const wrongType = { ...ADA, visits: 'canary-visits' } as never
    const second = await rejectionOf(vault.insert('patients', wrongType))
    const printed = inspect([error, second], { depth: 9, showHidden: true })
    for (const value of [...Object.values(record), 'canary-visits'])
      expect(printed).not.toContain(value)
  })

  it('renews a token that the vault refuses, and goes on', async () => {
    const { vault, sandbox } = await createWorld(options)
    await vault.insert('patients', ADA)
    sandbox.skyflowControl.fault({ status: 401, path: '/v1/vaults/*', times: 1 })
    expect(await vault.insert('patients', BOB)).toMatchObject({ id: expect.stringMatching(UUID) })
  })

  it('tells a vault that refuses fresh tokens too as unauthorized', async () => {
    const { vault, sandbox } = await createWorld(options)
    sandbox.skyflowControl.fault({ status: 401, path: '/v1/vaults/*' })
    const error = await rejectionOf(vault.get('patients', NOBODY))
    expect(error).toMatchObject({ code: 'unauthorized', status: 401, retryable: false })
  })

  it.each([
    [{ status: 403 }, { code: 'forbidden', status: 403, retryable: false }],
    [{ status: 429 }, { code: 'rate_limited', status: 429, retryable: true, uncertain: false }],
    [{ status: 503 }, { code: 'vault_unavailable', status: 503, retryable: true, uncertain: true }],
    [
      { status: 503, body: 'html' as const },
      { code: 'vault_unavailable', status: 503 },
    ],
    [{ body: 'html' as const }, { code: 'malformed_answer', uncertain: true }],
    [{ body: 'malformed' as const }, { code: 'malformed_answer', uncertain: true }],
    [{ body: 'truncated' as const }, { code: 'vault_unreachable', uncertain: true }],
  ])('tells the fault %o of a write by its code, without a second try', async (fault, expected) => {
    const { vault, sandbox, vaultRequests } = await createWorld(options)
    sandbox.skyflowControl.fault({ ...fault, path: '/v1/vaults/*' })
    const error = await rejectionOf(vault.insert('patients', ADA))
    expect(error).toBeInstanceOf(SkyflowError)
    expect(error).toMatchObject(expected)
    expect(String(error)).toMatch(/\. [A-Z].*\.$/)
    expect(vaultRequests('/patients')).toBe(1)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/gateway<|078-05|eyJ/i)
  })

  it('tries a read once more', async () => {
    const { vault, sandbox } = await createWorld(options)
    const { id } = await vault.insert('patients', ADA)
    sandbox.skyflowControl.fault({ status: 503, path: '/v1/vaults/*', times: 1 })
    expect(await vault.get('patients', id)).toMatchObject({ id })
    sandbox.skyflowControl.fault({ status: 502, path: '/v1/vaults/*', times: 1 })
    const [value] = await vault.tokenize([{ value: ADA.ssn, columnGroup: 'patients_ssn' }])
    expect(value).toMatch(UUID)
  })
})
