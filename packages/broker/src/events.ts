/** What a broker tells its operator: one typed stream, free of secrets. */
import type { WireErrorCode } from '@valetkey/protocol'
import type { MinterNotice } from './minter.ts'
import type { Logger } from './types.ts'

/** One item of an answer. */
export interface AnsweredItem {
  /** `(unknown)` where the name is not one of the broker's. */
  readonly audience: string
  /** Which of the minter's operations, where one was asked for. */
  readonly operation?: string
  readonly outcome: 'granted' | WireErrorCode
}

/** What the broker knows of an answer when it goes out. */
export interface AnswerFacts {
  readonly error?: WireErrorCode
  /** The hash the browser knows the login by. */
  readonly session?: string
  readonly background?: boolean
  readonly items?: readonly AnsweredItem[]
}

export interface AnswerEvent extends AnswerFacts {
  readonly event: 'answer'
  readonly requestId: string
  /** `tokens`, `proxy`, `revoke`, `healthz`, `readyz`, or `none` for any other path. */
  readonly route: string
  readonly method: string
  readonly status: number
  readonly ms: number
  readonly granted: number
  readonly failed: number
}

/** What was decided about one token: the line of an audit log. */
export interface DecisionEvent {
  readonly event: 'decision'
  /** Absent where the app's own code asked. */
  readonly requestId?: string
  /** By which way it was asked for. */
  readonly via: 'tokens' | 'proxy' | 'server' | 'operation'
  /** Who asked, as `authenticate` said. */
  readonly subject: string
  /** The hash the browser knows the login by. */
  readonly session?: string
  /** `(unknown)` where the name is not one of the broker's. */
  readonly audience: string
  readonly outcome: 'granted' | WireErrorCode
  /** Why not, in the words the browser got. */
  readonly reason?: string
  /** The first 16 hex digits of the SHA-256 of the token. Absent where none was needed. */
  readonly fingerprint?: string
  /** Epoch milliseconds at which that token ends. */
  readonly expiresAt?: number
  readonly scope?: string
}

export interface MintEvent {
  readonly event: 'mint'
  readonly audience: string
  readonly minter: string
  /** How long the minter took. */
  readonly ms: number
  /** How long the token lives. */
  readonly lifetimeMs: number
}

export interface MintFailedEvent {
  readonly event: 'mint-failed'
  readonly audience: string
  readonly minter: string
  readonly ms: number
  readonly error: WireErrorCode
  /** The minter's own words, with everything cut out that looks like a secret. */
  readonly detail: string
}

/** A function the app gave, or the broker itself, threw or broke its contract. */
export interface FaultEvent {
  readonly event: 'fault'
  readonly where: 'authenticate' | 'authorize' | 'members' | 'resource' | 'broker'
  readonly detail: string
  readonly audience?: string
  readonly requestId?: string
}

/** A call that was forwarded to a vault, when it is over. */
export interface ProxyEvent {
  readonly event: 'proxy'
  readonly requestId: string
  readonly audience: string
  readonly method: string
  /** The path of the rule that allowed it; what stood in the places of its names is not told. */
  readonly rule: string
  /** `complete`: the vault's answer was passed on to its last byte, whatever its status. */
  readonly outcome: 'complete' | 'client-gone' | WireErrorCode
  /** The vault's, if it came to that. */
  readonly status?: number
  readonly ms: number
  readonly requestBytes: number
  readonly responseBytes: number
  /** Sent a second time, with a new token, because the vault refused the first. */
  readonly isReplayed: boolean
  /** The vault's own id of the call. */
  readonly vaultRequestId?: string
  /** Why the vault could not be reached, with everything cut out that looks like a secret. */
  readonly detail?: string
}

/** What a minter says of its credential, or of what it signs with. */
export interface MinterEvent {
  readonly event: 'minter'
  readonly minter: string
  readonly audiences: readonly string[]
  readonly kind: MinterNotice['kind']
  readonly detail: string
}

/** The app's own code asked for a token, by `broker.mint`. */
export interface ServerMintEvent {
  readonly event: 'server-mint'
  readonly audience: string
  /** Whether a principal was named, so that `authorize` was asked. */
  readonly isAuthorized: boolean
  readonly outcome: 'granted' | WireErrorCode
}

/** A system behind the broker is left alone for a while, or works again. */
export interface UpstreamEvent {
  readonly event: 'upstream'
  readonly audience: string
  readonly minter: string
  /** `broken`: it failed too often in a row · `paused`: it asked for it */
  readonly state: 'broken' | 'paused' | 'restored'
  readonly forMs?: number
}

/** The store that the processes share cannot be reached, or can be again. */
export interface CacheEvent {
  readonly event: 'cache'
  readonly state: 'lost' | 'back'
  /** Why, with everything cut out that looks like a secret. */
  readonly detail?: string
}

/** Tokens were forgotten, and taken back where the upstream can. */
export interface RevocationEvent {
  readonly event: 'revocation'
  readonly requestId?: string
  readonly audience?: string
  /** How many the upstream took back, and how many it did not. */
  readonly revoked: number
  readonly failed: number
  readonly detail?: string
}

export interface InsecureDevEvent {
  readonly event: 'insecure-dev'
  readonly missing: readonly string[]
}

export type BrokerEvent =
  | AnswerEvent
  | DecisionEvent
  | MintEvent
  | MintFailedEvent
  | ProxyEvent
  | FaultEvent
  | MinterEvent
  | ServerMintEvent
  | UpstreamEvent
  | CacheEvent
  | RevocationEvent
  | InsecureDevEvent

export type Report = (event: BrokerEvent) => void

/** Warnings and errors only; a library that is asked for nothing prints nothing. */
export const consoleLogger: Logger = {
  info: () => {},
  warn: (details, message) => console.warn(message, details),
  error: (details, message) => console.error(message, details),
}

/** Passes events to the logger and to those who listen. None can break an answer by throwing. */
export function createReport(
  logger: Logger,
  ...listeners: readonly (((event: BrokerEvent) => void) | undefined)[]
): Report {
  return (event) => {
    isolated(() => logger[levelOf(event)](event, messageOf(event)))
    for (const listen of listeners) if (listen) isolated(() => listen(event))
  }
}

function isolated(call: () => void): void {
  try {
    call()
  } catch {
    // A full disk under the log is no reason to refuse a token.
  }
}

function levelOf(event: BrokerEvent): keyof Logger {
  switch (event.event) {
    case 'mint':
    case 'decision':
      return 'info'
    case 'answer':
      return event.status >= 500 ? 'warn' : 'info'
    case 'proxy':
      return ['complete', 'client-gone', 'invalid_request'].includes(event.outcome)
        ? 'info'
        : 'warn'
    case 'minter':
      return event.kind === 'signer' || event.kind === 'reloaded' ? 'info' : 'warn'
    case 'server-mint':
      return 'info'
    case 'upstream':
      return event.state === 'restored' ? 'info' : 'warn'
    case 'cache':
      return event.state === 'back' ? 'info' : 'warn'
    case 'revocation':
      return event.detail === undefined ? 'info' : 'warn'
    case 'mint-failed':
    case 'insecure-dev':
      return 'warn'
    case 'fault':
      return 'error'
  }
}

function messageOf(event: BrokerEvent): string {
  switch (event.event) {
    case 'mint':
      return `minted a token for ${event.audience}`
    case 'decision':
      return `${event.subject}, ${event.audience}: ${event.outcome}`
    case 'mint-failed':
      return `no token for ${event.audience}: ${event.error}`
    case 'answer':
      return `${event.method} ${event.route} ${event.status}`
    case 'proxy':
      return `${event.method} ${event.rule} at ${event.audience}: ${event.status ?? 'no answer'}, ${event.outcome}`
    case 'minter':
      return `${event.minter}: ${event.detail}`
    case 'server-mint':
      return `a token for ${event.audience} by the app's own code: ${event.outcome}`
    case 'upstream':
      return `${event.minter} for ${event.audience} is ${event.state}`
    case 'cache':
      return event.state === 'lost'
        ? `the shared store cannot be reached; this process goes on alone: ${event.detail}`
        : 'the shared store can be reached again'
    case 'revocation':
      return `${event.revoked} tokens taken back, ${event.failed} not`
    case 'fault':
      return `${event.where} failed: ${event.detail}`
    case 'insecure-dev':
      return `INSECURE: insecureDev is on and ${event.missing.join(' and ')} missing. Anybody who reaches this broker gets every token. Never deploy this.`
  }
}
