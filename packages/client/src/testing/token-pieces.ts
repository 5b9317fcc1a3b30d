/** Recognizes pieces of known tokens in a text, however they are encoded. */

/** A run of this many characters of a secret is a leak. */
const LEAST_RUN = 16
/** Every window of `WINDOW` characters at each `STRIDE`th place: any run of 16 holds one of them whole. */
const WINDOW = 12
const STRIDE = LEAST_RUN - WINDOW + 1
/** Shorter than this, a token's text would be found everywhere. */
const LEAST_TOKEN = 8

/** What was found: which token (counted from 1), in which encoding. */
export interface Piece {
  readonly token: number
  readonly form: string
}

export interface TokenPieces {
  /** @throws {RangeError} for a text under 8 characters. */
  add(token: string): void
  /** The first piece of any known token in a text. */
  findIn(text: string): Piece | undefined
}

/** Creates an empty collection. */
export function createTokenPieces(): TokenPieces {
  const windows = new Map<string, Piece>()
  const wholes: [string, Piece][] = []
  const known = new Set<string>()
  return {
    add(token) {
      if (known.has(token)) return
      if (token.length < LEAST_TOKEN)
        throw new RangeError(`a token to watch for needs ${LEAST_TOKEN} characters or more`)
      known.add(token)
      for (const secret of secretsOf(token))
        for (const [form, text] of formsOf(secret)) {
          const piece = { token: known.size, form }
          if (text.length < LEAST_RUN) wholes.push([text, piece])
          for (let at = 0; at + WINDOW <= text.length && text.length >= LEAST_RUN; at += STRIDE)
            windows.set(text.slice(at, at + WINDOW), piece)
        }
    },
    findIn(text) {
      for (let at = 0; windows.size > 0 && at + WINDOW <= text.length; at += 1) {
        const piece = windows.get(text.slice(at, at + WINDOW))
        if (piece) return piece
      }
      return wholes.find(([whole]) => text.includes(whole))?.[1]
    },
  }
}

/** A signed token's secret is its signatures: header and claims are no credential, and others share them. */
function secretsOf(token: string): string[] {
  const parts = token.split(/[./]/)
  const signatures = parts.filter((part, at) => at % 3 === 2 && part.length >= LEAST_RUN)
  return /^[\w-]+\.[\w-]+\.[\w-]+/.test(token) && signatures.length > 0 ? signatures : [token]
}

function formsOf(secret: string): [form: string, text: string][] {
  const bytes = new TextEncoder().encode(secret)
  const uri = encodeURIComponent(secret)
  const json = JSON.stringify(secret).slice(1, -1)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset))
  const inUrls = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  // What two forms have in common goes by the later one.
  const forms: Record<string, string[]> = {
    'URI-encoded': [uri, uri.toLowerCase()],
    hexadecimal: [hex, hex.toUpperCase()],
    base64url: inUrls,
    base64,
    plain: [json, secret],
  }
  return Object.entries(forms).flatMap(([form, texts]) =>
    texts
      .filter((text) => form === 'plain' || text !== secret)
      .map((text): [string, string] => [form, text]),
  )
}

/** The characters that the bytes alone decide, `offset` bytes into a longer base64 text. */
function base64At(bytes: Uint8Array, offset: number): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const text = btoa('\0'.repeat(offset) + binary).replace(/=+$/, '')
  return text.slice(Math.ceil((offset * 4) / 3), (offset + bytes.length) % 3 ? -1 : undefined)
}
