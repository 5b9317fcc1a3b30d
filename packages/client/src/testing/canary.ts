/** Fails a test if a token, or a piece of one, shows up where it must not. */
import type { TokenClient } from '../types.ts'
import { textsIn } from './texts-in.ts'
import { createTokenPieces } from './token-pieces.ts'
import { listenIn, shownBy } from './wiretap.ts'

export interface CanaryOptions {
  /** Storage whose contents are looked through, by the names to report them under. */
  storage?: Readonly<Record<string, Storage>>
}

/** A place that showed a token. Holds nothing of the token itself. */
export interface Leak {
  /** For example `console.log[1].headers`. */
  readonly where: string
  /** Which token, counted from 1 in the order they were planted. */
  readonly token: number
  /** How it was written: plain, base64, … */
  readonly form: string
}

export interface Canary {
  /** Makes a token that looks like nothing else, planted already: a fake broker's `tokenText`. */
  token: () => string
  /** From now on this text must have shown up nowhere, before or after. Returns it. */
  plant: (token: string) => string
  /** Reads every event of a client, past and to come, with the status that belongs to it. */
  follow(client: TokenClient): void
  /** A `fetch` whose addresses, referrers, bodies and headers but `Authorization` are read. */
  fetch: (inner: typeof fetch) => typeof fetch
  /** Reads a value to its depth: an error, a snapshot, a query cache, a DOM element. */
  inspect: (where: string, value: unknown) => void
  /** What has shown up so far. */
  leaks(): readonly Leak[]
  /** @throws {Error} that names every place where something showed up. */
  assertNone(): void
  /** Hands console, channels, storage and `fetch` back. */
  stop(): void
}

/**
 * Watches for tokens from now on: everything written to the console, posted to another context, put
 * into storage, into the address bar or into a request other than as its `Authorization`. A run of 16
 * characters of a token's secret part counts, also URI-encoded, in base64 or in hexadecimal.
 */
export function canary({ storage = {} }: CanaryOptions = {}): Canary {
  const { plant, inspect, found } = createSightings()
  const leaks = () => {
    for (const [name, kept] of Object.entries(storage)) inspect(name, contentsOf(kept))
    inspect('address bar', globalThis.location?.href)
    inspect('cookies', globalThis.document?.cookie)
    return found()
  }
  return {
    token: () => plant(`canary-${randomHex()}`),
    plant,
    follow(client) {
      for (const event of client.events()) inspect(`event ${event.type}`, event)
      client.on('*', (event) => {
        inspect(`event ${event.type}`, event)
        if ('audience' in event)
          inspect(`status of ${event.audience}`, client.status(event.audience))
      })
    },
    fetch: (inner) => (input, init) => {
      inspect('fetch', shownBy(input, init))
      return inner(input, init)
    },
    inspect,
    leaks,
    assertNone() {
      const lines = leaks().map(({ where, token, form }) => `\n  ${where}: token ${token}, ${form}`)
      if (lines.length > 0) throw new Error(`tokens showed up:${lines.join('')}`)
    },
    stop: listenIn(inspect),
  }
}

interface Sighting {
  /** What was inspected. */
  readonly whole: string
  readonly where: string
  readonly isView: boolean
}

interface Sightings extends Pick<Canary, 'plant' | 'inspect'> {
  readonly found: () => readonly Leak[]
}

/** Keeps what was seen, since a token may be planted after it showed up. */
function createSightings(): Sightings {
  const pieces = createTokenPieces()
  /** Every text seen, with the place that showed it first. */
  const seen = new Map<string, Sighting>()
  /** A name on the way there may hold a token itself. */
  const nameOf = (where: string) => (pieces.findIn(where) ? 'a property named by a token' : where)
  return {
    plant(token) {
      pieces.add(token)
      return token
    },
    inspect(whole, value) {
      for (const { path, text, isView } of textsIn(value))
        if (!seen.has(text)) seen.set(text, { whole, where: whole + path, isView })
    },
    found() {
      const sightings = [...seen].flatMap(([text, sighting]) => {
        const piece = pieces.findIn(text)
        return piece ? [{ ...sighting, piece }] : []
      })
      const parts = new Set(sightings.flatMap(({ whole, isView }) => (isView ? [] : [whole])))
      return sightings
        .filter(({ whole, isView }) => !(isView && parts.has(whole)))
        .map(({ where, piece }) => ({ where: nameOf(where), ...piece }))
    },
  }
}

function contentsOf(storage: Storage): [string, string | null][] {
  const names = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '')
  return names.map((name) => [name, storage.getItem(name)])
}

function randomHex(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
