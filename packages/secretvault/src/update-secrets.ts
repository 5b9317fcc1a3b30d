/** Splits the secrets of an update, and refuses operators that would work on shares as if they were values. */
import { mentionsSecret, modeAt } from './secret-paths.ts'
import type { Sharing } from './sharing.ts'
import type { SecretModes, ShareMode, Update } from './types.ts'
import { VaultError } from './vault-error.ts'

/** Those that bring new content. */
const WRITING: ReadonlySet<string> = new Set(['$set', '$setOnInsert', '$push', '$addToSet'])
/** Those that mind no content. */
const MOVING: ReadonlySet<string> = new Set(['$unset', '$rename', '$pop', '$coerce'])

/** The update for each of `size` nodes, secrets shared among them. */
export async function splitUpdate(
  { sharing, secrets }: { sharing: Sharing; secrets: SecretModes },
  update: Update,
  size: number,
): Promise<readonly Update[]> {
  const operators = Object.entries(update)
  const content = operators.filter(([operator]) => WRITING.has(operator))
  const rest = operators.filter(([operator]) => !WRITING.has(operator))
  const splits = await sharing.split(Object.fromEntries(content), size, secrets)
  return splits.map((split) => ({ ...Object.fromEntries(rest), ...(split as Update) }))
}

/**
 * @throws {VaultError} `invalid_argument` for an update that nodes would carry out each in another way, or
 * on shares in silence.
 */
export function checkUpdate(update: Update, secrets: SecretModes): void {
  const operators = isObject(update) ? Object.keys(update) : []
  if (operators.length === 0 || !operators.every((key) => key.startsWith('$')))
    throw invalid('An update consists of operators, such as $set')
  // Records are addressed by id, so there is no matched element for a positional `$` to mean.
  if (fieldsOf(update).some((field) => /\.\$(\.|$)/.test(field)))
    throw invalid('An update cannot use the positional $; name the index')
  if (fieldsOf(update).includes('_id')) throw invalid('An update cannot change the _id')
  if ('$currentDate' in update)
    throw invalid("$currentDate would put each node's own time; put the same everywhere with $set")
  for (const [operator, fields] of Object.entries(update))
    if (isObject(fields) && !MOVING.has(operator))
      for (const [field, value] of Object.entries(fields)) checkField(operator, { field, value })

  function checkField(operator: string, { field, value }: { field: string; value: unknown }): void {
    const mode = modeOf(value, field, secrets)
    if (mode === undefined) return
    if (operator === '$addToSet' && mode !== 'match')
      throw invalid(`$addToSet cannot tell whether ${field} holds a secret already; use $push`)
    if (!WRITING.has(operator))
      throw invalid(`${operator} cannot work on the shares of ${field}; read it and use $set`)
  }
}

/** How what an operator is given for a field is shared, if it is. */
function modeOf(value: unknown, field: string, modes: SecretModes): ShareMode | undefined {
  return modeAt(field, modes) ?? (mentionsSecret(value, field, modes) ? 'store' : undefined)
}

/** Every field that the update's operators name, `$rename`'s targets included. */
export function fieldsOf(update: Update): readonly string[] {
  return Object.entries(update).flatMap(([operator, fields]) => {
    if (!isObject(fields) || operator === '$coerce') return []
    const names = Object.keys(fields)
    return operator === '$rename' ? [...names, ...Object.values(fields).map(String)] : names
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function invalid(message: string): VaultError {
  return new VaultError('invalid_argument', message)
}
