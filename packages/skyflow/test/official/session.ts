/** Runs the operations of skyflow-node in a process of its own, which trusts the sandbox's certificate. */
import { createTokenClient } from '@valetkey/client'
import sdk from 'skyflow-node'
import { skyflowBearer } from '../../src/index.ts'

/** What the test hands over as JSON. */
export interface SessionOrder {
  broker: string
  credentials: object
  roleId: string
  vaultID: string
  vaultURL: string
  /** `vendor`: the SDK mints its own bearers; `broker`: ours does. */
  bearers: 'vendor' | 'broker'
}

/** By operation: `true`, or what went wrong. */
export type SessionReport = Readonly<Record<string, unknown>>

const order: SessionOrder = JSON.parse(process.argv[2] ?? '')
const table = 'patients'
const ada = { patient_id: 'P-1', name: 'Ada Lovelace', ssn: '078-05-1120' }
const report: Record<string, unknown> = {}

const credentials = JSON.stringify(order.credentials)
const client = createTokenClient(order.broker, {
  headers: () => ({ authorization: 'Bearer session' }),
})
const ofBroker = skyflowBearer(client, 'patients')
const ofVendor = async (): Promise<string> => {
  const options = { roleIDs: [order.roleId] }
  return (await sdk.generateBearerTokenFromCreds(credentials, options)).accessToken
}
const getBearerToken = order.bearers === 'broker' ? ofBroker : ofVendor
const { vaultID, vaultURL } = order
const vault = sdk.Skyflow.init({ vaultID, vaultURL, getBearerToken })

/** What the SDK answers, as far as it is looked at. */
interface Answer {
  records?: { id?: string; deleted?: boolean; value?: string; fields?: Record<string, string> }[]
  errors?: unknown[]
}

/** Runs one operation and looks at its answer. */
async function attempt(
  name: string,
  run: () => Promise<unknown>,
  isGood: (answer: Answer) => boolean,
): Promise<Answer> {
  try {
    const answer = (await run()) as Answer
    report[name] = isGood(answer) || answer
    return answer
  } catch (error) {
    report[name] = error instanceof Error ? String(error) : error
    return {}
  }
}

const isBearer = async () => ({ errors: sdk.isExpired(await getBearerToken()) ? ['expired'] : [] })
await attempt('bearer', isBearer, ({ errors }) => errors?.length === 0)
const inserted = await attempt(
  'insert',
  () => vault.insert({ records: [{ table, fields: ada }] }, { tokens: true }),
  (answer) => typeof answer.records?.[0]?.fields?.ssn === 'string',
)
const { skyflow_id: id = '', ssn: token = '' } = inserted.records?.[0]?.fields ?? {}
await attempt(
  'insert with continueOnError',
  () =>
    vault.insert(
      {
        records: [
          { table, fields: { patient_id: 'P-2' } },
          { table, fields: { nowhere: 'x' } },
        ],
      },
      { tokens: true, continueOnError: true },
    ),
  (answer) => answer.records?.length === 1 && answer.errors?.length === 1,
)
await attempt(
  'upsert',
  () =>
    vault.insert(
      { records: [{ table, fields: { ...ada, name: 'Ada King' } }] },
      { tokens: true, upsert: [{ table, column: 'patient_id' }] },
    ),
  (answer) => answer.records?.[0]?.fields?.skyflow_id === id,
)
await attempt(
  'get by id',
  () =>
    vault.getById({
      records: [{ ids: [id], table, redaction: sdk.Skyflow.RedactionType.PLAIN_TEXT }],
    }),
  (answer) => answer.records?.[0]?.fields?.ssn === ada.ssn,
)
await attempt(
  'get by column',
  () =>
    vault.get({
      records: [
        {
          table,
          redaction: sdk.Skyflow.RedactionType.MASKED,
          columnName: 'patient_id',
          columnValues: ['P-1'],
        },
      ],
    }),
  (answer) => answer.records?.[0]?.fields?.ssn === 'XXX-XX-1120',
)
await attempt(
  'update',
  () => vault.update({ records: [{ id, table, fields: { name: 'Augusta' } }] }, { tokens: true }),
  (answer) => answer.records?.[0]?.id === id,
)
await attempt(
  'detokenize',
  () => vault.detokenize({ records: [{ token }] }),
  (answer) => answer.records?.[0]?.value === ada.ssn,
)
await attempt(
  'detokenize in part',
  () =>
    vault
      .detokenize({ records: [{ token }, { token: 'unknown' }] })
      .catch((partial: object) => partial),
  (answer) => answer.records?.length === 1 && answer.errors?.length === 1,
)
await attempt(
  'delete',
  () => vault.delete({ records: [{ id, table }] }),
  (answer) => answer.records?.[0]?.deleted === true,
)
client.dispose()
console.log(JSON.stringify(report))
