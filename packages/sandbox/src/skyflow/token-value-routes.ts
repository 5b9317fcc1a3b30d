/** Turns tokens into values (detokenize), values into the tokens they have (tokenize). */
import type { Context, Hono } from 'hono'
import { columnOf } from './columns.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { SkyflowError, tokenNotFound } from './errors.ts'
import { checkCount } from './limits.ts'
import { readJson } from './request-body.ts'
import { detokenization, read, tokenization } from './request-shapes.ts'
import type { Redaction } from './schema.ts'
import { dataTokenOf } from './signed-data-token.ts'

type SkyflowContext = Context<SkyflowEnvironment>

interface Wanted {
  token: string
  redaction?: Redaction | undefined
}

interface Existing {
  value: string
  columnGroup: string
}

interface Detokenized {
  token: string
  valueType: string
  value: unknown
  error: string | null
}

export function addTokenValueRoutes(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  app.post('/v1/vaults/:vaultId/detokenize', async (context) => {
    const { detokenizationParameters: wanted, continueOnError } = read(
      await readJson(context.req),
      detokenization,
    )
    checkCount('detokenizationParameters', wanted)
    context.get('access').require('detokenize')
    const reveal = (one: Wanted) => detokenize(state, context, one)
    const records = await Promise.all(
      wanted.map((one) => (continueOnError ? reveal(one).catch(failureOf(one)) : reveal(one))),
    )
    return context.json({ records }, records.some(({ error }) => error !== null) ? 207 : 200)
  })

  app.post('/v1/vaults/:vaultId/tokenize', async (context) => {
    const { tokenizationParameters: wanted } = read(await readJson(context.req), tokenization)
    checkCount('tokenizationParameters', wanted)
    context.get('access').require('tokenize')
    const records = wanted.map((one) => ({ token: tokenize(state, one) }))
    return context.json({ records })
  })
}

async function detokenize(
  state: SkyflowState,
  context: SkyflowContext,
  { token, redaction = 'DEFAULT' }: Wanted,
): Promise<Detokenized> {
  const account = context.get('account')
  const nowMs = state.conditions.now()
  const dataToken = await dataTokenOf(token, { account, tokenUri: state.tokenUri, nowMs })
  const held = state.store().valueOf(dataToken)
  const columns = held && state.schema.get(held.table)
  if (!held || !columns) throw tokenNotFound()
  const column = columnOf(columns, held.column)
  const value = context.get('access').show(held.value, column, redaction)
  // A masked number is text.
  const valueType = typeof value === 'string' ? 'STRING' : column.type
  return { token, valueType, value, error: null }
}

function failureOf({ token }: Wanted): (error: unknown) => Detokenized {
  return (error) => {
    if (!(error instanceof SkyflowError)) throw error
    return { token, valueType: 'NONE', value: null, error: error.message }
  }
}

/** The token that the value has already. */
function tokenize(state: SkyflowState, { value, columnGroup }: Existing): string {
  for (const [token, held] of state.store().heldTokens()) {
    const column = state.schema.get(held.table)?.get(held.column)
    if (column?.columnGroup === columnGroup && String(held.value) === value) return token
  }
  throw tokenNotFound()
}
