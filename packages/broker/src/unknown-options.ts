/** Finds misspelt names among options. */
import type { ConfigFault } from './config-error.ts'
import { suggestion } from './did-you-mean.ts'

/** A fault for each name that `owner` does not know. */
export function unknownOptionFaults(
  value: object,
  known: readonly string[],
  owner: string,
): ConfigFault[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      field: name,
      fault: `is not an option of ${owner}${suggestion(name, known)}`,
      mend: `known are ${known.join(', ')}`,
    }))
}
