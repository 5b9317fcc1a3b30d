/** What the readers of walt.id's answers share: fields of unknown JSON. */

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fields of a JSON object, or `undefined` for any other text. */
export function fieldsOf(text: string): Fields | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return isFields(content) ? content : undefined
  } catch {
    // The parser's own words quote the answer.
    return undefined
  }
}
