/** Swaps tokens for values: all that is asked for in one tick, in few requests. */
import { type AnswerFacts, type Fields, isFields, listOf, refusalOf } from '../answer.ts'
import { contentsOf } from '../blank.ts'
import { createGathering } from '../gathering.ts'
import { SkyflowError } from '../skyflow-error.ts'
import type {
  ContinueOnError,
  DetokenizeOptions,
  Outcome,
  Redaction,
  RevealedValue,
  TokenToReveal,
} from '../types.ts'
import { MAX_ROWS, type Run } from '../vault-context.ts'
import type { SkyflowVault } from '../vault-types.ts'
import { outcomesOf } from './each.ts'

type Options = DetokenizeOptions & Partial<ContinueOnError>
type Revealing = Promise<Outcome<RevealedValue>>

interface Wanted {
  token: string
  redaction?: Redaction
}

/** Browsers open six connections to a host; more at once would only wait, with their deadlines running. */
const LANES = 6

export function createDetokenization(run: Run): SkyflowVault['detokenize'] {
  const values = gatheringOf(run, false)
  const files = gatheringOf(run, true)

  function detokenize(token: TokenToReveal, options?: DetokenizeOptions): Promise<RevealedValue>
  function detokenize(
    tokens: readonly TokenToReveal[],
    options: DetokenizeOptions & ContinueOnError,
  ): Promise<readonly Outcome<RevealedValue>[]>
  function detokenize(
    tokens: readonly TokenToReveal[],
    options?: DetokenizeOptions,
  ): Promise<readonly RevealedValue[]>
  async function detokenize(
    input: TokenToReveal | readonly TokenToReveal[],
    options: Options = {},
  ): Promise<unknown> {
    const wanted = (isList(input) ? input : [input]).map((one) => wantedOf(one, options))
    const ask = options.downloadUrls ? files : values
    const revealing = wanted.map((one) => ask(one, options.signal))
    if (!isList(input)) return valueOf(revealing[0])
    if (options.continueOnError) return outcomesIn(revealing)
    return Promise.all(revealing.map(valueOf))
  }
  return detokenize
}

function gatheringOf(run: Run, downloadURL: boolean) {
  return createGathering<Wanted, Outcome<RevealedValue>>({
    size: MAX_ROWS,
    lanes: LANES,
    keyOf: ({ token, redaction = '' }) => `${redaction} ${token}`,
    request: (wanted, signal) => reveal(run, wanted, { downloadURL, signal }),
  })
}

function isList(
  input: TokenToReveal | readonly TokenToReveal[],
): input is readonly TokenToReveal[] {
  return Array.isArray(input)
}

function wantedOf(one: TokenToReveal, { redaction }: Options): Wanted {
  const wanted = typeof one === 'string' ? { token: one } : one
  if (typeof wanted.token !== 'string' || wanted.token === '')
    throw new SkyflowError('invalid_argument', 'Each token must be a text that is not empty')
  return redaction === undefined ? wanted : { redaction, ...wanted }
}

async function valueOf(revealing: Revealing | undefined): Promise<RevealedValue | undefined> {
  const outcome = await revealing
  if (outcome?.ok === false) throw outcome.error
  return outcome?.value
}

async function outcomesIn(
  revealing: readonly Revealing[],
): Promise<readonly Outcome<RevealedValue>[]> {
  const settled = await Promise.allSettled(revealing.map(async (one) => [await one]))
  return outcomesOf(
    settled,
    settled.map(() => 1),
  )
}

function reveal(
  run: Run,
  wanted: readonly Wanted[],
  { downloadURL, signal }: { downloadURL: boolean; signal: AbortSignal },
): Promise<readonly Outcome<RevealedValue>[]> {
  const tokens = wanted.map(({ token }) => token)
  return run(
    {
      method: 'POST',
      path: '/detokenize',
      body: {
        detokenizationParameters: wanted.map(({ token, redaction }) => ({ token, redaction })),
        continueOnError: true,
        ...(downloadURL && { downloadURL }),
      },
      isWrite: false,
      sent: contentsOf(tokens),
      parse: (content, facts) => inOrder(tokens, listOf(content, 'records', asFields), facts),
    },
    { signal },
  )
}

/** Each token's own entry, wherever it stands in the answer; `undefined` if one is missing. */
function inOrder(
  tokens: readonly string[],
  entries: readonly Fields[] | undefined,
  facts: AnswerFacts,
): readonly Outcome<RevealedValue>[] | undefined {
  const byToken = new Map(entries?.map((entry) => [entry.token, entry]))
  const outcomes = tokens.map((token, i) => {
    const atPlace = entries?.[i]
    const entry = atPlace?.token === token ? atPlace : byToken.get(token)
    return entry && outcomeOf(token, entry, facts)
  })
  const known = outcomes.filter((outcome) => outcome !== undefined)
  return known.length === tokens.length ? known : undefined
}

function outcomeOf(token: string, entry: Fields, facts: AnswerFacts): Outcome<RevealedValue> {
  const { value, valueType, error } = entry
  if (error !== undefined && error !== null && error !== '')
    return { ok: false, error: refusalOf({ error }, { ...facts, status: 404 }) }
  return {
    ok: true,
    value: { token, value, valueType: typeof valueType === 'string' ? valueType : 'NONE' },
  }
}

function asFields(entry: unknown): Fields | undefined {
  return isFields(entry) ? entry : undefined
}
