/** What each page gives the comparison to play with: the same few deeds, done by each library in its own way. */

export interface Library {
  /** Signs in as the library does; leaves the page where a library leaves it. Resolves once there is a token. */
  start(): Promise<void>
  /** The text of a token, as an app would ask for it before a call. */
  token(audience?: string): Promise<string | undefined>
  /** Signs out on this machine, without leaving the page. */
  signOut(): Promise<void>
  /** `token`, for a caller who may give up. Missing where the library takes no signal. */
  tokenUntil?(signal: AbortSignal): Promise<string | undefined>
  /** Tells tokens for one API from those for another. */
  readonly hasAudiences?: true
  /** The library's own way to call an API with the token. Missing where it has none. */
  call?(url: string): Promise<number>
}

declare global {
  var library: Library
  var started: Promise<void>
}

/** Makes a library known to the comparison and starts it. */
export function present(library: Library): void {
  globalThis.library = library
  globalThis.started = library.start()
}
