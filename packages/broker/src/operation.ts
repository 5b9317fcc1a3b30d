/** What a minter can do for a user besides minting a token. */

/** For whom an operation is carried out, within which bounds. Nothing in it but the input comes from the browser. */
export interface OperationRequest {
  /** The audience as the configuration names it. */
  readonly audience: string
  /** Who is signed in, as `authenticate` said: also where the minter's tokens are shared. */
  readonly subject: string
  readonly context?: unknown
  /** Space-separated, already narrowed to what was granted. */
  readonly scope?: string
  /** The longest life of what the operation hands out, in milliseconds. */
  readonly lifetimeMs: number
  /** Aborts at the broker's deadline. */
  readonly signal: AbortSignal
}

export interface OperationResult {
  /** Plain JSON, handed to the browser as it is. */
  readonly result: Readonly<Record<string, unknown>>
  /** Epoch milliseconds at which what was handed out ends. */
  readonly expiresAt?: number
}

/** Carries out what was prepared. Throws `MintError` where it can name the cause. */
export type RunOperation = (request: OperationRequest) => Promise<OperationResult>

export interface Operation {
  /**
   * Reads what the page sent, before anybody is asked whether the user may: the work to do, or what is wrong with
   * the input, in words for the page's developer that quote nothing of it.
   */
  prepare(input: Readonly<Record<string, unknown>>): RunOperation | { readonly problem: string }
}

/** By name: lower-case letters, digits and `-`. */
export type Operations = Readonly<Record<string, Operation>>
