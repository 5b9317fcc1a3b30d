/** The answers that the emulated token endpoint gives to what the documents leave open. */

/** What the documents leave open of the token endpoint; the defaults are those of our adapter. */
export interface NexusRunDbHabits {
  /** @default 'POST' */
  tokenMethod?: 'POST' | 'GET' | 'PUT'
  /** @default '/databases/{databaseId}/accesskeys/{accessKey}/token' */
  tokenPath?: string
  /** @default 'expiry' */
  expiryParam?: string
  /** The member of the answer that holds the token; with dots, one within another. @default 'token' */
  tokenField?: string
  /** `text` answers with the bare token as `text/plain`. @default 'json' */
  tokenAnswer?: 'json' | 'text'
  /** The unit of the token's `exp`; seconds may have a fraction. @default 'seconds' */
  exp?: 'seconds' | 'milliseconds' | 'absent'
}
