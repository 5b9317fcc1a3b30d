/** What the readers of configurations and answers share: untyped fields, the report of faults. */

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON, or `undefined` for any other text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words quote the answer.
    return undefined
  }
}

/** Notes one fault with its mend; the returned `undefined` is the value that could not be had. */
export type Report = (field: string, fault: string, mend?: string) => undefined
