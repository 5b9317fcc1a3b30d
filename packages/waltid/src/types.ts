/** The public shapes of what walt.id's services hold. */

export interface CallOptions {
  signal?: AbortSignal
}

/** A key of a wallet, without the key itself. */
export interface WalletKey {
  readonly keyId: string
  /** As walt.id names it, for example `Ed25519`. */
  readonly keyType: string
  readonly algorithm?: string
}

export interface WalletDid {
  readonly did: string
  /** The DID document, as walt.id gives it. */
  readonly document: unknown
}

/** walt.id documents no fields of it. */
export type WalletCredential = Readonly<Record<string, unknown>>

export interface TrustSource {
  readonly sourceId: string
  readonly displayName?: string
  /** As walt.id names it, for example `FRESH`. */
  readonly freshnessState?: string
  /** What else it says. */
  readonly [field: string]: unknown
}

export interface ApiKeyView {
  /** `{organization}.{key}` */
  readonly id: string
  readonly name?: string
  /** Epoch milliseconds; left out where the answer names no end. */
  readonly expiresAt?: number
}

/** Reads what the brokered key has the right to see. A resource is named by its dotted path. */
export interface WaltidVault {
  /** @param wallet `{organization}.{tenant}.{wallet}` */
  keys(wallet: string, options?: CallOptions): Promise<readonly WalletKey[]>
  dids(wallet: string, options?: CallOptions): Promise<readonly WalletDid[]>
  credentials(wallet: string, options?: CallOptions): Promise<readonly WalletCredential[]>
  /** @param registry `{organization}.{tenant}.{trust registry}` */
  trustSources(registry: string, options?: CallOptions): Promise<readonly TrustSource[]>
  /**
   * When an API key ends. Method and fields are assumed: walt.id documents the path alone.
   *
   * @param key `{organization}.{key}`
   */
  apiKey(key: string, options?: CallOptions): Promise<ApiKeyView>
}
