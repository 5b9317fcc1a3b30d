import { inspect } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { insertedId } from '../../src/index.ts'
import { rejectionOf } from '../setup.ts'
import { BOTH_WAYS, createWorld } from '../world.ts'

const UUID = /^[0-9a-f-]{36}$/
const NOBODY = '00000000-0000-4000-8000-000000000000'
const EACH = { continueOnError: true } as const
const people = (count: number, prefix = 'P') =>
  Array.from({ length: count }, (_, i) => ({ patient_id: `${prefix}-${i}`, name: `Nº ${i}` }))

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const record of records) list.push(record)
  return list
}

describe.each(BOTH_WAYS)('a vault %s', (_, options) => {
  it('takes any number of records each for itself, and gives them back page by page', async () => {
    const { vault, vaultRequests, sandbox } = await createWorld(options)
    const twin = { patient_id: 'P-0', name: 'Twin' }
    const outcomes = await vault.insert('patients', [...people(59), twin], EACH)
    expect(outcomes.map(({ ok }) => ok)).toEqual([...Array(59).fill(true), false])
    expect(vaultRequests(sandbox.skyflow.vaultId)).toBe(3)

    const redaction = { redaction: 'PLAIN_TEXT' } as const
    const whole = await all(vault.records('patients', redaction))
    expect(new Set(whole.map(({ fields }) => fields.name)).size).toBe(59)
    expect(vaultRequests('/patients')).toBe(3)
    const ids = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : []))
    const only = [...ids.slice(0, 30), NOBODY]
    const some = await all(vault.records('patients', { ...redaction, only }))
    expect(new Set(some.map(({ id }) => id))).toEqual(new Set(ids.slice(0, 30)))
    const values = ['P-3', 'nobody', 'P-4']
    const found = vault.records('patients', {
      ...redaction,
      only: { column: 'patient_id', values },
      pageSize: 1,
    })
    expect((await all(found)).map(({ fields }) => fields.patient_id)).toEqual(['P-3', 'P-4'])
  })

  it('asks for no page that nobody comes to', async () => {
    const { vault, vaultRequests } = await createWorld(options)
    await vault.insert('patients', people(3))
    for await (const { id } of vault.records('patients', { pageSize: 1 })) {
      expect(id).toMatch(UUID)
      break
    }
    // The insertion and one page.
    expect(vaultRequests('/patients')).toBe(2)
  })

  it('swaps a thousand tokens of one tick in forty requests, each value at its place', async () => {
    const { vault, vaultRequests } = await createWorld(options)
    const outcomes = await vault.insert('patients', people(1_000), EACH)
    const tokens = outcomes.map((one) => (one.ok ? (one.value.tokens?.name ?? '') : ''))
    tokens[123] = NOBODY
    const revealing = tokens.map((token) => vault.detokenize(token, { redaction: 'PLAIN_TEXT' }))
    const settled = await Promise.allSettled(revealing)
    expect(vaultRequests('/detokenize')).toBeLessThanOrEqual(40)
    const values = settled.map((one) => (one.status === 'fulfilled' ? one.value.value : one.reason))
    expect(values[123]).toMatchObject({ code: 'not_found' })
    const others = people(1_000).map(({ name }) => name)
    expect(values.toSpliced(123, 1)).toEqual(others.toSpliced(123, 1))
  }, 20_000)

  it('runs a SELECT and checks its rows', async () => {
    const { vault } = await createWorld(options)
    await vault.insert('patients', { ...people(1)[0], visits: 3 })
    const select = "SELECT patient_id, visits FROM patients WHERE patient_id = 'P-0'"
    const schema = v.object({ patient_id: v.string(), visits: v.number() })
    const [row] = await vault.query(select, { schema })
    expect(row).toEqual({ fields: { patient_id: 'P-0', visits: 3 } })
    expect(row?.fields.visits.toFixed()).toBe('3')
    const misfit = vault.query(select, { schema: v.object({ visits: v.string() }) })
    expect(await rejectionOf(misfit)).toMatchObject({
      code: 'malformed_answer',
      message: expect.stringContaining('0.visits'),
    })
    const refused = await rejectionOf(vault.query("SELECT 'canary' FROM nowhere"))
    expect(refused).toMatchObject({ code: 'invalid_request', status: 400 })
    expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain('canary')
  })

  it('runs a batch whose operations build upon each other', async () => {
    const { vault, vaultRequests, sandbox } = await createWorld(options)
    const { id: old } = await vault.insert('patients', { patient_id: 'old' })
    const [stored, changed, seen, gone] = await vault.batch([
      { insert: 'patients', fields: { patient_id: 'P-1', name: 'Ada' } },
      { update: 'patients', id: insertedId(0), fields: { name: 'Ada King' } },
      { get: 'patients', id: insertedId(0), redaction: 'PLAIN_TEXT' },
      { delete: 'patients', id: old },
    ])
    expect(stored.tokens?.name).toMatch(UUID)
    expect(changed.id).toBe(stored.id)
    expect(seen).toMatchObject({ id: stored.id, fields: { name: 'Ada King' } })
    expect(gone).toBe(old)
    expect(vaultRequests(sandbox.skyflow.vaultId)).toBe(1)
  })

  it('runs a batch all or none, or each for itself', async () => {
    const { vault } = await createWorld(options)
    const operations = [
      { insert: 'patients', fields: { patient_id: 'P-1' } },
      { get: 'patients', id: NOBODY },
      { insert: 'patients', fields: { patient_id: 'P-2' }, tokens: false },
    ] as const
    const error = await rejectionOf(vault.batch(operations))
    expect(error).toMatchObject({ code: 'not_found', status: 404 })
    expect(await all(vault.records('patients'))).toEqual([])
    const [first, second, third] = await vault.batch(operations, EACH)
    expect(first).toMatchObject({ ok: true, value: { id: expect.stringMatching(UUID) } })
    expect(second).toMatchObject({ ok: false, error: { code: 'not_found' } })
    expect(third).toEqual({ ok: true, value: { id: expect.stringMatching(UUID) } })
  })

  it('keeps files, of any bytes', async () => {
    const { vault } = await createWorld(options)
    const { id } = await vault.insert('patients', { patient_id: 'P-1' })
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251)
    const file = new File([bytes], 'scan.png', { type: 'image/png' })
    const upload = await vault.upload('patients', { column: 'scan', file, id }, { metadata: true })
    expect(upload).toMatchObject({ id, metadata: { fileName: 'scan.png' } })
    const { fields } = await vault.get('patients', id, { downloadUrls: true })
    const address = (fields as { scan?: string }).scan ?? ''
    expect(new Uint8Array(await (await fetch(address)).arrayBuffer())).toEqual(bytes)
    const place = { id, column: 'scan' }
    expect(await vault.scanStatus('patients', place)).toBe('SCAN_CLEAN')
    await vault.deleteFile('patients', place)
    expect((await vault.get('patients', id)).fields).not.toHaveProperty('scan', 'scan.png')
    const own = await vault.upload('patients', { column: 'scan', file: new Blob(['x']) })
    expect(own).toEqual({ id: expect.stringMatching(UUID) })
  })

  it('stores tokens of your own', async () => {
    const { vault } = await createWorld(options)
    const [one, other] = people(2)
    const mine = ['own-token-0', 'own-token-1']
    const ownTokens = mine.map((name) => ({ name }))
    const written = await vault.insert('patients', [one!, other!], { ownTokens })
    expect(written.map(({ tokens }) => tokens?.name)).toEqual(mine)
    const change = { id: written[0]!.id, fields: { name: 'Ada' } }
    const changed = await vault.update('patients', change, { ownTokens: { name: 'own-token-2' } })
    expect(changed.tokens?.name).toBe('own-token-2')
    const { value } = await vault.detokenize('own-token-2', { redaction: 'PLAIN_TEXT' })
    expect(value).toBe('Ada')
  })
})
