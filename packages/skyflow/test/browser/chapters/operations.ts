/** Every operation that skyflow-js has without its input fields, at the sandbox, with our bearers. */
import { describe, expect, it } from 'vitest'
import { createStage, type SdkLine } from '../stage.ts'

const OPERATIONS: Readonly<Record<SdkLine, readonly string[]>> = {
  '2.7.4': ['insert', 'detokenize', 'getById', 'get', 'update', 'delete'],
  '1.38.2': ['insert', 'detokenize', 'getById', 'get', 'delete'],
}
/** Each operation in its ways. */
const WAYS: Readonly<Record<string, number>> = {
  insert: 4,
  detokenize: 3,
  getById: 1,
  get: 3,
  update: 1,
  delete: 2,
}

/** In the page: runs every way of every operation. By name: true, or what came. */
async function runAll(line: string): Promise<Record<string, unknown>> {
  interface Answer {
    records?: { fields?: Record<string, string>; value?: string; deleted?: boolean }[]
    errors?: unknown[]
    updatedField?: { skyflowID: string; name: string }
  }
  const report: Record<string, unknown> = {}
  const table = 'patients'
  const ada = { patient_id: `P-${line}`, name: 'Ada Lovelace', ssn: '078-05-1120' }
  const nobody = '00000000-0000-4000-8000-000000000000'
  const vault = initSky()
  const { PLAIN_TEXT, MASKED } = sky.RedactionType

  async function attempt(
    name: string,
    run: () => Promise<unknown>,
    isGood: (answer: Answer) => boolean,
  ): Promise<Answer> {
    const answer = (await run().catch((failure: unknown) => failure)) as Answer
    report[name] = isGood(answer) || answer
    return answer
  }

  const stored = await attempt(
    'insert',
    () => vault.insert({ records: [{ table, fields: ada }] }, { tokens: true }),
    ({ records }) => typeof records?.[0]?.fields?.['ssn'] === 'string',
  )
  const { skyflow_id: id = '', ssn = '', name = '' } = stored.records?.[0]?.fields ?? {}
  await attempt(
    'insert without tokens',
    () =>
      vault.insert(
        { records: [{ table, fields: { patient_id: `Q-${line}` } }] },
        { tokens: false },
      ),
    ({ records }) => records?.length === 1 && records[0]?.fields === undefined,
  )
  await attempt(
    'insert with upsert',
    () =>
      vault.insert(
        { records: [{ table, fields: { ...ada, name: 'Ada King' } }] },
        { tokens: true, upsert: [{ table, column: 'patient_id' }] },
      ),
    ({ records }) => records?.[0]?.fields?.['skyflow_id'] === id,
  )
  await attempt(
    'insert of a column that is not there',
    () => vault.insert({ records: [{ table, fields: { nowhere: 'x' } }] }),
    (answer) => JSON.stringify(answer).includes('400'),
  )
  await attempt(
    'detokenize',
    () => vault.detokenize({ records: [{ token: ssn }] }),
    ({ records }) => records?.[0]?.value === ada.ssn,
  )
  await attempt(
    'detokenize with redaction',
    () => vault.detokenize({ records: [{ token: ssn, redaction: MASKED }] }),
    ({ records }) => records?.[0]?.value === 'XXX-XX-1120',
  )
  await attempt(
    'detokenize in part',
    () => vault.detokenize({ records: [{ token: ssn }, { token: nobody }] }),
    ({ records, errors }) => records?.length === 1 && errors?.length === 1,
  )
  await attempt(
    'getById',
    () => vault.getById({ records: [{ ids: [id], table, redaction: PLAIN_TEXT }] }),
    ({ records }) => records?.[0]?.fields?.['ssn'] === ada.ssn,
  )
  await attempt(
    'get',
    () => vault.get({ records: [{ ids: [id], table, redaction: MASKED }] }),
    ({ records }) => records?.[0]?.fields?.['ssn'] === 'XXX-XX-1120',
  )
  await attempt(
    'get by column',
    () =>
      vault.get({
        records: [
          {
            table,
            redaction: PLAIN_TEXT,
            columnName: 'patient_id',
            columnValues: [ada.patient_id],
          },
        ],
      }),
    ({ records }) => records?.[0]?.fields?.['id'] === id,
  )
  await attempt(
    'get as tokens',
    () => vault.get({ records: [{ ids: [id], table }] }, { tokens: true }),
    ({ records }) => records?.[0]?.fields?.['ssn'] === ssn,
  )
  if ('update' in vault)
    await attempt(
      'update',
      () => vault.update({ table, skyflowID: id, fields: { name: 'Augusta' } }, { tokens: true }),
      ({ updatedField }) => updatedField?.skyflowID === id && updatedField.name !== name,
    )
  await attempt(
    'delete',
    () => vault.delete({ records: [{ id, table }] }),
    ({ records }) => records?.[0]?.deleted === true,
  )
  await attempt(
    'delete of a record that is not there',
    () => vault.delete({ records: [{ id: nobody, table }] }),
    ({ errors }) => errors?.length === 1,
  )
  return report
}

describe.each(['2.7.4', '1.38.2'] as const)('skyflow-js %s', (sdk) => {
  it('passes every operation that it has', async (test) => {
    const { page } = await createStage(test, { sdk })
    const report = await page.evaluate(runAll, sdk)
    const names = Object.keys(report)
    const passed = names.filter((name) => report[name] === true)
    const had = OPERATIONS[sdk].reduce((sum, name) => sum + (WAYS[name] ?? 0), 0)
    console.log(`skyflow-js ${sdk}: ${passed.length} of ${had} operations`)
    expect(report).toEqual(Object.fromEntries(names.map((name) => [name, true])))
    expect(passed).toHaveLength(had)
  })
})
