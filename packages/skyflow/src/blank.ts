/** Blanks out what must not show in an error: what a call sent, what looks like a secret. */

const BLANK = '…'
const LONGEST = 300
const SHORTEST_SENT = 3
const SECRETS: readonly RegExp[] = [
  /signed_token_\S+/g,
  /\beyJ[\w-]+(\.[\w-]*)*/g,
  /\bsky-[\w-]+/g,
  /[\w.%+-]+@[\w-]+(\.[\w-]+)+/g,
  /\d(?:[ -]?\d){6,}/g,
]

/** Every text and number in `value`, however deep. */
export function contentsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(contentsOf)
}

/** The text without any of `sent`, and without what looks like a token, a key, a number or an address. */
export function blanked(text: string, sent: readonly string[]): string {
  const longestFirst = sent
    .filter(({ length }) => length >= SHORTEST_SENT)
    .toSorted((a, b) => b.length - a.length)
  const bare = longestFirst.reduce((rest, part) => rest.replaceAll(part, BLANK), text)
  return SECRETS.reduce((rest, secret) => rest.replaceAll(secret, BLANK), bare).slice(0, LONGEST)
}

/** The same for every text and number in `value`. */
export function blankedDeep(value: unknown, sent: readonly string[]): unknown {
  if (typeof value === 'string') return blanked(value, sent)
  if (typeof value === 'number')
    return blanked(String(value), sent) === String(value) ? value : BLANK
  if (Array.isArray(value)) return value.map((part) => blankedDeep(part, sent))
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).map(([name, part]) => [name, blankedDeep(part, sent)])
  return Object.fromEntries(parts)
}
