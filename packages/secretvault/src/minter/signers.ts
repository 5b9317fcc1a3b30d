/** The shapes of what signs tokens: ours, and one that an app brings. */

/** What tokens are signed with. */
export interface JwsSigner {
  /** For a log. */
  readonly name: string
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array
  /** 64 bytes, r then s, s low. */
  readonly sign: (message: Uint8Array, signal?: AbortSignal) => Uint8Array | Promise<Uint8Array>
  /** Signs something and looks at it. Rejects if the signer is not fit. Absent where that was done already. */
  readonly check?: () => Promise<void>
}

/** A secp256k1 key that does not leave its place. */
export interface Es256kSigner {
  /** 33 or 65 bytes (SEC 1), or the SubjectPublicKeyInfo in DER that a KMS gives out. */
  readonly publicKey: Uint8Array
  /**
   * Signs a SHA-256 digest. Gives r then s in 64 bytes, or the DER that a KMS gives; either of a
   * signature's two forms will do.
   */
  sign(digest: Uint8Array, options: { signal?: AbortSignal }): Uint8Array | Promise<Uint8Array>
  /** For the log. @default 'the given signer' */
  readonly name?: string
}
