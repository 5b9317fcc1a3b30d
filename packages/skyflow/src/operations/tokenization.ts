/** Swaps values that the vault holds already for their tokens. */
import { isFields, listOf } from '../answer.ts'
import type { CallOptions, ValueToTokenize } from '../types.ts'
import { inParts, type Run } from '../vault-context.ts'

export async function tokenize(
  run: Run,
  values: readonly ValueToTokenize[],
  options?: CallOptions,
): Promise<readonly string[]> {
  const parts = inParts(values)
  return (await Promise.all(parts.map((part) => tokenizePart(run, part, options)))).flat()
}

function tokenizePart(
  run: Run,
  values: readonly ValueToTokenize[],
  options: CallOptions | undefined,
): Promise<readonly string[]> {
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

function readToken(entry: unknown): string | undefined {
  return isFields(entry) && typeof entry.token === 'string' ? entry.token : undefined
}
