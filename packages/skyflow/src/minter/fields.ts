/** What the readers of a Skyflow configuration share: untyped fields, the report of faults. */

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Notes one fault; the returned `undefined` is the value that could not be had. */
export type Report = (field: string, fault: string) => undefined
