/** Swaps tokens for values and values for tokens. */
import { type AnswerFacts, type Fields, isFields, listOf, refusalOf } from '../answer.ts'
import { contentsOf } from '../blank.ts'
import { SkyflowError } from '../skyflow-error.ts'
import type {
  CallOptions,
  ContinueOnError,
  DetokenizeOptions,
  Outcome,
  RevealedValue,
  SkyflowVault,
  TokenToReveal,
  ValueToTokenize,
} from '../types.ts'
import type { Run } from '../vault-context.ts'

type Options = DetokenizeOptions & Partial<ContinueOnError>

export function createDetokenization(run: Run): SkyflowVault['detokenize'] {
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
    const isOne = !isList(input)
    const list = isOne ? [input] : input
    if (list.length === 0) return []
    const goesOn = options.continueOnError === true && !isOne
    const outcomes = await reveal(run, list, { ...options, goesOn })
    if (goesOn) return outcomes
    const values = outcomes.map((outcome) => {
      if (outcome.ok) return outcome.value
      throw outcome.error
    })
    return isOne ? values[0] : values
  }
  return detokenize
}

export async function tokenize(
  run: Run,
  values: readonly ValueToTokenize[],
  options?: CallOptions,
): Promise<readonly string[]> {
  if (values.length === 0) return []
  const parameters = values.map(({ value, columnGroup }) => ({ value, columnGroup }))
  return run(
    {
      method: 'POST',
      path: '/tokenize',
      body: { tokenizationParameters: parameters },
      isWrite: false,
      sent: values.map(({ value }) => value),
      parse(content) {
        const tokens = listOf(content, 'records', readToken)
        return tokens?.length === values.length ? tokens : undefined
      },
    },
    options,
  )
}

function isList(
  input: TokenToReveal | readonly TokenToReveal[],
): input is readonly TokenToReveal[] {
  return Array.isArray(input)
}

function reveal(
  run: Run,
  list: readonly TokenToReveal[],
  { redaction, goesOn, signal }: DetokenizeOptions & { goesOn: boolean },
): Promise<readonly Outcome<RevealedValue>[]> {
  const own = redaction === undefined ? {} : { redaction }
  const parameters = list.map((one) =>
    typeof one === 'string' ? { ...own, token: one } : { ...own, ...one },
  )
  if (!parameters.every(({ token }) => typeof token === 'string' && token !== ''))
    throw new SkyflowError('invalid_argument', 'Each token must be a text that is not empty')
  const tokens = parameters.map(({ token }) => token)
  return run(
    {
      method: 'POST',
      path: '/detokenize',
      body: { detokenizationParameters: parameters, ...(goesOn && { continueOnError: true }) },
      isWrite: false,
      sent: contentsOf(tokens),
      parse: (content, facts) => inOrder(tokens, listOf(content, 'records', asFields), facts),
    },
    signal && { signal },
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

function readToken(entry: unknown): string | undefined {
  return isFields(entry) && typeof entry.token === 'string' ? entry.token : undefined
}
