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
  let held = hold(source)
  const listeners = new Set<(notice: MinterNotice) => void>()
  let stopPolling = (): void => {}

  function tell(kind: MinterNotice['kind'], detail: string): void {
    for (const listener of listeners) listener({ kind, detail })
  }

  /** Keeps the one in use unless the new one is good. */
  function replace(): void {
    try {
      const next = hold(source)
      if (next.version === held.version) return
      held = next
      tell('reloaded', `${source.label} changed, and the new ones are in use`)
    } catch (error) {
      const why = describeError(error)
      tell(
        'reload-failed',
        `${source.label} changed, and cannot be used: ${why}. The old ones are kept`,
      )
      throw error
    }
  }

  function look(): void {
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
      if (listeners.size === 1) {
        // It may have changed since it was read.
        if (source.file !== undefined) look()
        stopPolling = poll(source, look)
      }
      return () => {
        listeners.delete(notify)
        if (listeners.size === 0) stopPolling()
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
 * Looks at the file's facts now and then. Slower than events of the file system, and never wrong: it follows
 * links that are swapped, files that are replaced, folders that are mounted.
 */
function poll(
  { file, watchIntervalMs = WATCH_INTERVAL_MS }: CredentialSource<unknown>,
  onChange: () => void,
): () => void {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!fs || file === undefined) return () => {}
  fs.watchFile(file, { interval: watchIntervalMs, persistent: false }, onChange)
  return () => fs.unwatchFile(file, onChange)
}
