import { describe, expect, it } from 'vitest'
import { ada, insert, type OpenSkyflow, openSkyflow } from './open-skyflow.ts'

const grace = { patient_id: 'P-1002', name: 'Grace Hopper', ssn: '987-65-4321', visits: 7 }

async function opened(): Promise<OpenSkyflow> {
  const skyflow = await openSkyflow()
  await insert(skyflow, { ...ada, visits: 2 }, grace)
  return skyflow
}

async function fieldsOf(skyflow: OpenSkyflow, query: string, bearer?: string): Promise<unknown[]> {
  const response = await skyflow.call('POST /query', { query }, bearer)
  const { records, error } = await response.json()
  return records?.map(({ fields }: { fields: unknown }) => fields) ?? [response.status, error]
}

describe('a query', () => {
  it('shows columns as they are shown by default, and finds by their values', async () => {
    const skyflow = await opened()
    const query = "SELECT patient_id, ssn FROM patients WHERE ssn = '987-65-4321'"
    expect(await fieldsOf(skyflow, query)).toEqual([{ patient_id: 'P-1002', ssn: 'XXX-XX-4321' }])
  })

  it('shows what REDACTION asks for, as far as the roles go', async () => {
    const skyflow = await opened()
    const query =
      "select REDACTION(ssn, 'PLAIN_TEXT'), redaction(name,'REDACTED') AS who from patients order by patient_id"
    expect(await fieldsOf(skyflow, query)).toEqual([
      { ssn: '123-45-6789', who: '*REDACTED*' },
      { ssn: '987-65-4321', who: '*REDACTED*' },
    ])
    const masked = await skyflow.bearer([skyflow.maskedRoleId])
    expect((await fieldsOf(skyflow, query, masked))[0]).toMatchObject({ ssn: 'XXX-XX-6789' })
  })

  it('computes, but no hidden text for those who may not see it', async () => {
    const skyflow = await opened()
    const query =
      'SELECT COUNT(*) n, AVG(visits) average, SUM(visits) total, MIN(ssn) least FROM patients'
    const numbers = { n: 2, average: 4.5, total: 9 }
    expect(await fieldsOf(skyflow, query)).toEqual([{ ...numbers, least: '123-45-6789' }])
    const masked = await skyflow.bearer([skyflow.maskedRoleId])
    expect(await fieldsOf(skyflow, query, masked)).toEqual([{ ...numbers, least: '*REDACTED*' }])
  })

  it('gives 25 rows at most', async () => {
    const skyflow = await openSkyflow()
    const rows = Array.from({ length: 20 }, (_, index) => ({ visits: index }))
    await insert(skyflow, ...rows)
    await insert(skyflow, ...rows)
    expect(await fieldsOf(skyflow, 'SELECT visits FROM patients')).toHaveLength(25)
  })

  it.each([
    'DELETE FROM patients',
    'SELECT 1; DELETE FROM patients',
    'SELECT nope FROM patients',
    'SELECT * FROM nowhere',
    "SELECT REDACTION(ssn, 'SOME') FROM patients",
  ])('refuses %s', async (query) => {
    expect(await fieldsOf(await opened(), query)).toEqual([
      400,
      expect.objectContaining({ grpc_code: 3 }),
    ])
  })

  it('is refused to a role that only inserts', async () => {
    const skyflow = await opened()
    const bearer = await skyflow.bearer([skyflow.insertRoleId])
    expect((await fieldsOf(skyflow, 'SELECT name FROM patients', bearer))[0]).toBe(403)
  })
})
