/** A UUID as the database holds it: a type of its own, which no string equals. */

const CANONICAL = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const BARE = /^[0-9a-f]{32}$/i

/**
 * The one data class here. The query engine tells custom values apart by their constructor and compares
 * them by `toString`, so a filter that forgot `$coerce` finds nothing, as on the real node.
 */
export class Uuid {
  /** An own member: the engine hashes those when it groups or merges. */
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }
}

/** Whether the text is a UUID in its canonical form, dashes included. */
export function isUuid(text: string): boolean {
  return CANONICAL.test(text)
}

export function createUuid(): Uuid {
  return new Uuid(crypto.randomUUID())
}

/** Reads a UUID with or without dashes. Throws a plain error, which the real node answers with 500. */
export function parseUuid(text: string): Uuid {
  if (CANONICAL.test(text)) return new Uuid(text.toLowerCase())
  if (!BARE.test(text)) throw new Error('A UUID has 32 hex digits, with or without dashes')
  return new Uuid(text.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))
}
