/** The page in skyflow-js's frame: ours in place of the vendor's, with the same words to the SDK and to the vault. */
import bus from 'framebus'

interface Config {
  vaultID: string
  vaultURL: string
}

interface Entry {
  table: string
  fields: Record<string, unknown>
  skyflowID?: string
  id?: string
  ids?: string[]
  token?: string
  redaction?: string
  columnName?: string
  columnValues?: string[]
}

interface Wish {
  type: 'INSERT' | 'DETOKENIZE' | 'GET' | 'GET_BY_SKYFLOWID' | 'UPDATE' | 'DELETE'
  records?: Entry[] | { records: Entry[] }
  record?: Entry
  options?: {
    tokens?: boolean
    continueOnError?: boolean
    upsert?: { table: string; column: string }[]
  }
}

/** What a vault answers, as far as it is looked at. */
interface Answer {
  records?: { fields: Record<string, unknown>; value?: unknown; valueType?: string }[]
  responses?: {
    records?: { skyflow_id: string }[]
    fields?: object
    Body?: Answer
    Status?: number
  }[]
  error?: { http_code: number; message: string }
  fields?: Record<string, unknown>
  skyflow_id?: string
  deleted?: boolean
  tokens?: object
}

interface Outcome {
  records?: unknown[]
  errors?: unknown[]
  error?: unknown
}

const [, uuid = '', origin = ''] = window.name.split(':')
const page = bus.target(atob(origin))
let config: Config = { vaultID: '', vaultURL: '' }

page.on(`PUREJS_REQUEST${uuid}`, (wish, reply) => {
  void carryOut(wish as unknown as Wish).then(reply, (error: unknown) => reply({ error }))
})
page.emit(`PUREJS_FRAME_READY${uuid}`, {}, (answer) => {
  config = (answer as { client: { config: Config } }).client.config
})

function bearer(): Promise<string> {
  return new Promise((resolve, reject) => {
    page.emit(`GET_BEARER_TOKEN${uuid}`, {}, (answer) => {
      const { authToken, error } = answer as { authToken?: string; error?: unknown }
      if (authToken === undefined) reject(error)
      else resolve(authToken)
    })
  })
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${await bearer()}`, 'sky-metadata': '{}' }
  const url = `${config.vaultURL}/v1/vaults/${config.vaultID}${path}`
  // As the vendor's page does it: the body goes out as text/plain.
  const response = await fetch(url, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Answer
  if (response.ok) return answer
  const { http_code: code, message: description } = answer.error ?? { http_code: response.status }
  throw { error: { code, description } }
}

async function carryOut(wish: Wish): Promise<Outcome | object> {
  const entries = Array.isArray(wish.records) ? wish.records : (wish.records?.records ?? [])
  if (wish.type === 'INSERT') return insert(entries, wish.options ?? {})
  if (wish.type === 'UPDATE' && wish.record) return update(wish.record, wish.options ?? {})
  if (wish.type === 'DETOKENIZE') return each(entries, detokenize)
  if (wish.type === 'DELETE') return each(entries, remove)
  return each(entries, (entry) => read(entry, wish.options ?? {}))
}

/** Each for itself; errors beside what went well. */
async function each(
  entries: readonly Entry[],
  run: (entry: Entry) => Promise<unknown[]>,
): Promise<Outcome> {
  const settled = await Promise.allSettled(entries.map(run))
  const records = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const errors = settled.flatMap((one, i) => {
    if (one.status === 'fulfilled') return []
    const { token, id, ids } = entries[i] ?? {}
    const facts = typeof one.reason === 'object' ? one.reason : { error: one.reason }
    return [{ ...(token && { token }), ...(id && { id }), ...(ids && { ids }), ...facts }]
  })
  if (errors.length === 0) return { records }
  return { error: { ...(records.length > 0 && { records }), errors } }
}

async function insert(
  entries: readonly Entry[],
  { tokens, continueOnError = false, upsert = [] }: NonNullable<Wish['options']>,
): Promise<Outcome> {
  const records = entries.flatMap(({ table, fields }, i) => {
    const column = upsert.find((one) => one.table === table)?.column
    const post = { method: 'POST', quorum: true, tableName: table, fields, upsert: column }
    const ID = `$responses.${tokens ? 2 * i : i}.records.0.skyflow_id`
    const get = { method: 'GET', tableName: table, ID, tokenization: true }
    return tokens ? [post, get] : [post]
  })
  const { responses = [] } = await call('POST', '', { records, continueOnError })
  const bodies = responses.map((response) => response.Body ?? response)
  const outcomes = entries.map(({ table }, i) => {
    const stored = bodies[tokens ? 2 * i : i] as Answer & { records?: { skyflow_id: string }[] }
    const id = stored?.records?.[0]?.skyflow_id
    if (id === undefined) return { error: { code: 400, description: stored?.error } }
    const { '*': _, ...shown }: Record<string, unknown> = { ...bodies[2 * i + 1]?.fields }
    return tokens ? { table, fields: { ...shown, skyflow_id: id } } : { table, skyflow_id: id }
  })
  const errors = outcomes.filter((outcome) => 'error' in outcome)
  const written = outcomes.filter((outcome) => !('error' in outcome))
  return { ...(written.length > 0 && { records: written }), ...(errors.length > 0 && { errors }) }
}

async function update(
  { table, skyflowID, fields }: Entry,
  { tokens }: NonNullable<Wish['options']>,
): Promise<object> {
  const body = { record: { fields }, tokenization: tokens }
  const answer = await call('PUT', `/${table}/${skyflowID}`, body)
  return { updatedField: { skyflowID: answer.skyflow_id, ...answer.tokens } }
}

async function detokenize({ token, redaction = 'PLAIN_TEXT' }: Entry): Promise<unknown[]> {
  const { records = [] } = await call('POST', '/detokenize', {
    detokenizationParameters: [{ token, redaction }],
  })
  return records.map(({ value, valueType }) => ({ token, value, valueType }))
}

async function read(
  { table, ids = [], redaction, columnName, columnValues = [] }: Entry,
  { tokens }: NonNullable<Wish['options']>,
): Promise<unknown[]> {
  const query = new URLSearchParams([
    ...ids.map((id) => ['skyflow_ids', id]),
    ...(columnName ? [['column_name', columnName]] : []),
    ...columnValues.map((value) => ['column_values', value]),
    ...(redaction ? [['redaction', redaction]] : []),
    ...(tokens ? [['tokenization', 'true']] : []),
  ])
  const { records = [] } = await call('GET', `/${table}?${query}`)
  return records.map(({ fields: { skyflow_id: id, ...fields } }) => ({
    table,
    fields: { id, ...fields },
  }))
}

async function remove({ table, id }: Entry): Promise<unknown[]> {
  const { skyflow_id, deleted } = await call('DELETE', `/${table}/${id}`)
  return [{ skyflow_id, deleted }]
}
