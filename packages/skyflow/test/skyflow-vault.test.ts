import { inspect } from 'node:util'
import { allow } from '@valetkey/broker'
import { describe, expect, it } from 'vitest'
import { createSkyflowVault, isSkyflowError, type SkyflowVault } from '../src/index.ts'
import { rejectionOf } from './setup.ts'
import { BOTH_WAYS, createWorld, proxied } from './world.ts'

const ADA = {
  patient_id: 'P-1',
  name: 'Ada Lovelace',
  ssn: '078-05-1120',
  email: 'ada@math.example',
}
const BOB = { patient_id: 'P-2', name: 'Bob Roberts', ssn: '219-09-9999', visits: 3 }
const UUID = /^[0-9a-f-]{36}$/
const NOBODY = '00000000-0000-4000-8000-000000000000'

describe.each(BOTH_WAYS)('a vault %s', (_, options) => {
  it('stores a record and gives its tokens, once per column', async () => {
    const { vault } = await createWorld(options)
    const { id, tokens } = await vault.insert('patients', ADA)
    expect(id).toMatch(UUID)
    expect(Object.keys(tokens ?? {}).toSorted()).toEqual(Object.keys(ADA).toSorted())
    expect(await vault.insert('patients', BOB, { tokens: false })).toEqual({
      id: expect.stringMatching(UUID),
    })
  })

  it('stores several in their order, all or none', async () => {
    const { vault } = await createWorld(options)
    const written = await vault.insert('patients', [ADA, BOB])
    expect(written).toHaveLength(2)
    const again = vault.insert('patients', [{ patient_id: 'P-3' }, BOB])
    expect(await rejectionOf(again)).toMatchObject({ code: 'conflict', status: 409 })
    const selection = { column: 'patient_id' as const, values: ['P-3', 'P-2'] }
    expect(await vault.get('patients', selection)).toHaveLength(1)
  })

  it('stores each for itself, and says which one could not be', async () => {
    const { vault } = await createWorld(options)
    const records = [ADA, { ...ADA, name: 'Twin' }, BOB]
    const outcomes = await vault.insert('patients', records, { continueOnError: true })
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true])
    const [first, second] = outcomes
    expect(first).toMatchObject({ value: { id: expect.stringMatching(UUID), tokens: {} } })
    expect(second).toMatchObject({
      error: { code: 'conflict', status: 409, requestId: expect.stringMatching(UUID) },
    })
  })

  it('updates by a unique column, if told so', async () => {
    const { vault } = await createWorld(options)
    const { id } = await vault.insert('patients', ADA)
    const changed = { ...ADA, name: 'Ada King' }
    expect(await vault.insert('patients', changed, { upsert: 'patient_id' })).toMatchObject({ id })
    const [outcome] = await vault.insert('patients', [ADA], {
      upsert: 'patient_id',
      continueOnError: true,
    })
    expect(outcome).toMatchObject({ ok: true, value: { id } })
  })

  it('reads one record by its id, shown as asked for', async () => {
    const { vault } = await createWorld(options)
    const { id, tokens } = await vault.insert('patients', ADA)
    const plain = await vault.get('patients', id, { redaction: 'PLAIN_TEXT' })
    expect(plain).toEqual({ id, fields: expect.objectContaining(ADA) })
    const masked = await vault.get('patients', id, { redaction: 'MASKED' })
    expect(masked.fields.ssn).toBe('XXX-XX-1120')
    const redacted = await vault.get('patients', id, { redaction: 'REDACTED', columns: ['ssn'] })
    expect(redacted).toEqual({ id, fields: { ssn: '*REDACTED*' } })
    const asTokens = await vault.get('patients', id, { tokens: true, columns: ['ssn'] })
    expect(asTokens.fields).toEqual({ ssn: tokens?.ssn })
  })

  it('reads several by ids, by a unique column, in pages', async () => {
    const { vault } = await createWorld(options)
    const [ada, bob] = await vault.insert('patients', [ADA, BOB])
    const ids = [ada!.id, bob!.id]
    const all = await vault.get('patients', ids, { order: 'ASCENDING' })
    expect(all.map(({ id }) => id)).toEqual(ids.toSorted())
    const page = await vault.get('patients', ids, { order: 'DESCENDING', limit: 1, offset: 1 })
    expect(page.map(({ id }) => id)).toEqual([ids.toSorted()[0]])
    const selection = { column: 'patient_id' as const, values: ['P-2', 'a&b=c?/é'] }
    const found = await vault.get('patients', selection, { redaction: 'PLAIN_TEXT' })
    expect(found).toEqual([{ id: bob!.id, fields: expect.objectContaining(BOB) }])
  })

  it('changes some columns and keeps the others', async () => {
    const { vault } = await createWorld(options)
    const { id } = await vault.insert('patients', ADA)
    const { tokens } = await vault.update('patients', { id, fields: { name: 'Ada King' } })
    expect(tokens?.name).toMatch(UUID)
    const { fields } = await vault.get('patients', id, { redaction: 'PLAIN_TEXT' })
    expect(fields).toMatchObject({ ...ADA, name: 'Ada King' })
    const written = await vault.update('patients', { id, fields: { visits: 2 } }, { tokens: false })
    expect(written).toEqual({ id })
  })

  it('deletes one, or several', async () => {
    const { vault } = await createWorld(options)
    const [ada, bob] = await vault.insert('patients', [ADA, BOB])
    expect(await vault.delete('patients', ada!.id)).toEqual([ada!.id])
    expect(await vault.delete('patients', [bob!.id])).toEqual([bob!.id])
    expect(await rejectionOf(vault.get('patients', bob!.id))).toMatchObject({ code: 'not_found' })
  })

  it('swaps tokens for values in the order asked for, each shown as it asks', async () => {
    const { vault } = await createWorld(options)
    const { tokens } = await vault.insert('patients', { ...BOB, email: 'b@b.example' })
    const { ssn = '', name = '', visits = '' } = tokens ?? {}
    expect(await vault.detokenize(ssn, { redaction: 'PLAIN_TEXT' })).toEqual({
      token: ssn,
      value: BOB.ssn,
      valueType: 'STRING',
    })
    const list = [visits, { token: ssn, redaction: 'MASKED' as const }, name, ssn]
    const values = await vault.detokenize(list, { redaction: 'PLAIN_TEXT' })
    expect(values.map(({ value }) => value)).toEqual([3, 'XXX-XX-9999', BOB.name, BOB.ssn])
  })

  it('fails an unknown token alone, or all with it', async () => {
    const { vault } = await createWorld(options)
    const { tokens } = await vault.insert('patients', ADA)
    const list = [NOBODY, tokens?.name ?? '']
    const outcomes = await vault.detokenize(list, { continueOnError: true })
    expect(outcomes).toMatchObject([
      { ok: false, error: { code: 'not_found', requestId: expect.stringMatching(UUID) } },
      { ok: true, value: { token: tokens?.name } },
    ])
    expect(inspect(outcomes[0], { depth: 9, showHidden: true })).not.toContain(NOBODY)
    expect(await rejectionOf(vault.detokenize(list))).toMatchObject({
      code: 'not_found',
      status: 404,
    })
  })

  it('finds the tokens of values that it holds', async () => {
    const { vault } = await createWorld(options)
    const { tokens } = await vault.insert('patients', ADA)
    const values = [{ value: ADA.ssn, columnGroup: 'patients_ssn' }]
    expect(await vault.tokenize(values)).toEqual([tokens?.ssn])
    const unknown = [{ value: '000-00-0000', columnGroup: 'patients_ssn' }]
    expect(await rejectionOf(vault.tokenize(unknown))).toMatchObject({ code: 'not_found' })
  })

  it('makes no call for nothing', async () => {
    const { vault, brokerRequests } = await createWorld(options)
    expect(await vault.insert('patients', [])).toEqual([])
    expect(await vault.get('patients', [])).toEqual([])
    expect(await vault.get('patients', { column: 'patient_id', values: [] })).toEqual([])
    expect(await vault.delete('patients', [])).toEqual([])
    expect(await vault.detokenize([])).toEqual([])
    expect(await vault.tokenize([])).toEqual([])
    expect(brokerRequests).toEqual([])
  })
})

describe('a vault that the broker proxies', () => {
  it('gets nothing but what its rules allow, and the caller is told by whom', async () => {
    const rules = [allow('POST', '/v1/vaults/:vault/detokenize')]
    const world = await createWorld({ audience: { ...proxied, allow: rules } })
    const error = await rejectionOf(world.vault.insert('patients', ADA))
    expect(error).toMatchObject({ code: 'broker_refused', status: 403, reason: 'invalid_target' })
    expect(world.vaultRequests('/patients')).toBe(0)
  })

  it('is called at an address of the broker alone', async () => {
    const { vault, brokerRequests, sandbox } = await createWorld({ audience: proxied })
    await vault.insert('patients', ADA)
    const { vaultId } = sandbox.skyflow
    expect(brokerRequests.filter((path) => path.startsWith('/proxy'))).toEqual([
      `/proxy/patients/v1/vaults/${vaultId}/patients`,
    ])
  })
})

describe('createSkyflowVault', () => {
  it('asks the broker for one token, whatever is done with it', async () => {
    const { vault, brokerRequests } = await createWorld()
    const written = await vault.insert('patients', [ADA, BOB])
    await Promise.all(written.map(({ id }) => vault.get('patients', id)))
    expect(brokerRequests).toEqual(['/tokens'])
  })

  it.each([
    ['a vault ID', { vaultId: 'v1/../x' }],
    ['a vault ID', { vaultId: '' }],
    ['a deadline', { deadlineMs: 0 }],
    ['a deadline', { deadlineMs: Number.NaN }],
  ])('refuses %s that cannot be: %o', async (_, vault) => {
    const error = await rejectionOf(createWorld({ vault }))
    expect(isSkyflowError(error) && error.code).toBe('config')
  })

  it.each<[string, (vault: SkyflowVault) => Promise<unknown>]>([
    ['a table that leads elsewhere', (vault) => vault.get('..', NOBODY)],
    ['a table with a slash', (vault) => vault.insert('a/b', [{}], { continueOnError: true })],
    ['an id that leads elsewhere', (vault) => vault.get('patients', '../x')],
    ['an id of all records', (vault) => vault.delete('patients', ['*'])],
    ['an id of all records, alone', (vault) => vault.delete('patients', '*')],
    ['more ids than one call takes', (vault) => vault.get('patients', Array(26).fill(NOBODY))],
    ['a record that is none', (vault) => vault.insert('patients', ['x' as never])],
    [
      'fields that are none',
      (vault) => vault.update('patients', { id: NOBODY, fields: [] as never }),
    ],
    ['an empty token', (vault) => vault.detokenize(['x', ''])],
  ])('sends nothing for %s', async (_, call) => {
    const { client, brokerRequests } = await createWorld()
    const vault = createSkyflowVault({ client, audience: 'patients', vaultId: 'v1' })
    expect(await rejectionOf(call(vault))).toMatchObject({ code: 'invalid_argument' })
    expect(brokerRequests).toEqual([])
  })

  it('shows less to a role that may see less', async () => {
    const options = { sandbox: { seed: 'roles' } }
    const { sandbox, vault } = await createWorld(options)
    const { maskedRoleId, insertRoleId } = sandbox.skyflow
    const { id } = await vault.insert('patients', ADA)
    const masked = await createWorld({ ...options, minter: { roles: [maskedRoleId] } })
    const again = await masked.vault.insert('patients', ADA)
    const { fields } = await masked.vault.get('patients', again.id, { redaction: 'PLAIN_TEXT' })
    expect(fields.ssn).toBe('XXX-XX-1120')
    expect((await vault.get('patients', id, { redaction: 'PLAIN_TEXT' })).fields.ssn).toBe(ADA.ssn)
    const writer = await createWorld({ ...options, minter: { roles: [insertRoleId] } })
    const own = await writer.vault.insert('patients', ADA)
    const error = await rejectionOf(writer.vault.get('patients', own.id))
    expect(error).toMatchObject({ code: 'forbidden', status: 403 })
  })
})
