/** Runs the operations of skyflow-node in a process of its own, which trusts the sandbox's certificate. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  /** Of a connection that echoes. */
  connectionURL: string
  /** `vendor`: the SDK mints its own bearers; `broker`: ours does. */
  bearers: 'vendor' | 'broker'
}

export interface SessionReport {
  /** By what was tried: `true`, or what went wrong. */
  readonly outcomes: Readonly<Record<string, unknown>>
  /** Functions of the SDK. */
  readonly had: readonly string[]
  readonly passed: readonly string[]
}

const order: SessionOrder = JSON.parse(process.argv[2] ?? '')
const table = 'patients'
const ada = { patient_id: 'P-1', name: 'Ada Lovelace', ssn: '078-05-1120' }
const outcomes: Record<string, unknown> = {}
const passed = new Set<string>()

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
const sdkVault = sdk.Skyflow.init({ vaultID, vaultURL, getBearerToken })

/** Notes which functions are called, so that none can be forgotten. */
let called: string[] = []
function noting<T extends object>(target: T): T {
  return new Proxy(target, {
    get(of, name) {
      const member: unknown = Reflect.get(of, name)
      if (typeof member !== 'function' || /^[A-Z]/.test(String(name))) return member
      called.push(String(name))
      return member.bind(of)
    },
  })
}
const vault = noting(sdkVault)
const functions = noting(sdk)
/** Those that generate are the vendor's own way to tokens; `setLogLevel` does nothing to a vault. */
const had = [
  ...Object.getOwnPropertyNames(sdk.Skyflow.prototype),
  ...Object.entries(sdk)
    .filter(([name, member]) => typeof member === 'function' && /^(gen|is)/.test(name))
    .map(([name]) => name),
].filter(
  (name) => name !== 'constructor' && (order.bearers === 'vendor' || !name.startsWith('gen')),
)

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
  called = []
  try {
    const answer = (await run()) as Answer
    outcomes[name] = isGood(answer) || answer
    if (outcomes[name] === true) for (const operation of called) passed.add(operation)
    return answer
  } catch (error) {
    outcomes[name] = error instanceof Error ? String(error) : error
    return {}
  }
}

const isBearer = async () => {
  const bearer = await getBearerToken()
  const isGood = !functions.isExpired(bearer) && functions.isValid(bearer)
  return { errors: isGood ? [] : ['expired'] }
}
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
  'invoke a connection',
  async () => {
    const answer: { received?: { ssn?: string } } = Object(
      await vault.invokeConnection({
        connectionURL: order.connectionURL,
        methodName: sdk.Skyflow.RequestMethod.POST,
        requestHeader: { 'content-type': 'application/json' },
        requestBody: { ssn: token },
      }),
    )
    return { errors: answer.received?.ssn === ada.ssn ? [] : ['another value'] }
  },
  ({ errors }) => errors?.length === 0,
)
await attempt(
  'detokenize what is signed',
  async () => vault.detokenize({ records: [{ token: await signed() }] }),
  (answer) => answer.records?.[0]?.value === ada.ssn,
)
if (order.bearers === 'vendor') await tryFiles()
await attempt(
  'delete',
  () => vault.delete({ records: [{ id, table }] }),
  (answer) => answer.records?.[0]?.deleted === true,
)
client.dispose()
const report: SessionReport = { outcomes, had, passed: [...passed] }
console.log(JSON.stringify(report))

/** A data token signed by whoever mints the bearers. */
async function signed(): Promise<string> {
  if (order.bearers === 'vendor') {
    const options = { dataTokens: [token], timeToLive: 60 }
    const [first] = await functions.generateSignedDataTokensFromCreds(credentials, options)
    return first?.signedToken ?? ''
  }
  const answer = await fetch(`${order.broker}/x/patients/signed-data-tokens`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer session',
      'content-type': 'application/json',
      'x-valet-key': '1',
    },
    body: JSON.stringify({ data_tokens: [token] }),
  })
  const { result } = (await answer.json()) as {
    result: { signed_data_tokens: { signed_token: string }[] }
  }
  return result.signed_data_tokens[0]?.signed_token ?? ''
}

/** What the SDK does with the path of a file. */
async function tryFiles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'skyflow-node-'))
  const file = join(folder, 'credentials.json')
  writeFileSync(file, credentials)
  const isBearerOf = async (bearer: { accessToken: string }) => ({
    errors: sdk.isExpired(bearer.accessToken) ? ['expired'] : [],
  })
  const isFine = ({ errors }: Answer) => errors?.length === 0
  await attempt(
    'bearer of a file',
    async () => isBearerOf(await functions.generateBearerToken(file)),
    isFine,
  )
  await attempt(
    'bearer of a file, by the older name',
    async () => isBearerOf(await functions.generateToken(file)),
    isFine,
  )
  await attempt(
    'bearer of a text',
    async () => isBearerOf(await functions.generateBearerTokenFromCreds(credentials)),
    isFine,
  )
  await attempt(
    'signed data tokens of a file',
    async () => {
      const [first] = await functions.generateSignedDataTokens(file, { dataTokens: [token] })
      return vault.detokenize({ records: [{ token: first?.signedToken ?? '' }] })
    },
    (answer) => answer.records?.[0]?.value === ada.ssn,
  )
  rmSync(folder, { recursive: true })
}
