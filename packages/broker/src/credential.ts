/** Holds a credential that can be replaced while the broker runs: by `reload`, or because its file changed. */
import { sha256 } from '@noble/hashes/sha2.js'
import type { MinterNotice } from './minter.ts'
import { describeError } from './redact.ts'

export interface CredentialSource<T> {
  /** What it is called in notices, for example `the Skyflow credentials`. */
  readonly label: string
  /** The file it comes from; left out where there is none to watch. */
  readonly file?: string | URL | undefined
  /** Reads it anew. Throws where it cannot be used, in words that hold no secret. */
  read(): T
  /** Everything that makes it another credential, secrets included; only a hash of it is kept. */
  identityOf(credential: T): string
  /** How often the file is looked at, in milliseconds. @default 5000 */
  readonly watchIntervalMs?: number | undefined
}

/** The parts of a `Minter` that deal with its credential, and the credential itself. */
export interface Credential<T> {
  /** The one in use. Read it at each mint. */
  readonly current: () => T
  readonly credentialVersion: () => string
  readonly reload: () => Promise<void>
  readonly watch: (notify: (notice: MinterNotice) => void) => () => void
}

const WATCH_INTERVAL_MS = 5_000
const VERSION_LENGTH = 22

/** Reads the credential at once. @throws what `read` throws */
export function createCredential<T>(source: CredentialSource<T>): Credential<T> {
  // Before it is read: what is written meanwhile is then seen as a change.
  let facts = factsOf(source.file)
  let held = hold(source)
  const listeners = new Set<(notice: MinterNotice) => void>()
  let stopLooking = (): void => {}

  function tell(kind: MinterNotice['kind'], detail: string): void {
    for (const listener of listeners) listener({ kind, detail })
  }

  /** Keeps the one in use unless the new one is good. */
  function replace(): void {
    facts = factsOf(source.file)
    try {
      const next = hold(source)
      if (next.version === held.version) return
      held = next
    } catch (error) {
      const why = describeError(error)
      tell(
        'reload-failed',
        `${source.label} changed and cannot be used; the former is kept: ${why}`,
      )
      throw error
    }
    tell('reloaded', `${source.label} changed, and is in use`)
  }

  function look(): void {
    if (factsOf(source.file) === facts) return
    try {
      replace()
    } catch {
      // Told already; the next change of the file is the next chance.
    }
  }

  return {
    current: () => held.credential,
    credentialVersion: () => held.version,
    reload: async () => replace(),
    watch(notify) {
      listeners.add(notify)
      if (listeners.size === 1 && source.file !== undefined) {
        look()
        stopLooking = every(source.watchIntervalMs ?? WATCH_INTERVAL_MS, look)
      }
      return () => {
        listeners.delete(notify)
        if (listeners.size === 0) stopLooking()
      }
    },
  }
}

/** The same for the same text in every process; says nothing of it. */
export function credentialVersionOf(identity: string): string {
  const digest = sha256(new TextEncoder().encode(`valetkey credential 1\n${identity}`))
  return btoa(String.fromCharCode(...digest)).slice(0, VERSION_LENGTH)
}

function hold<T>(source: CredentialSource<T>): { credential: T; version: string } {
  const credential = source.read()
  return { credential, version: credentialVersionOf(source.identityOf(credential)) }
}

/**
 * What tells a changed file. Looked at now and then, which is slower than events of the file system and never
 * wrong: links that are swapped, files that are replaced, folders that are mounted.
 */
function factsOf(file: string | URL | undefined): string {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!fs || file === undefined) return 'no file'
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = fs.statSync(file, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    return 'not there'
  }
}

/** Keeps no process alive. */
function every(intervalMs: number, look: () => void): () => void {
  const timer: unknown = setInterval(look, intervalMs)
  if (timer instanceof Object && 'unref' in timer) Reflect.apply(Object(timer.unref), timer, [])
  return () => clearInterval(timer as number)
}
