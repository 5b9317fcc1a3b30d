/** What the conformance suite takes, what it reports. */

/** Which of a broker's audiences the suite may use, and for what. */
export interface ConformanceProfile {
  /** An audience whose token the login may have, handed to the browser. */
  readonly granted: string
  /** An audience that is configured and refused to this login. @default cases that need one are skipped */
  readonly forbidden?: string
  /** A group that the login may have. @default cases that need one are skipped */
  readonly group?: string
  /** An audience that is called through the broker. @default cases that need one are skipped */
  readonly proxied?: ProxiedProfile
  /** An operation that the login may have carried out. @default cases that need one are skipped */
  readonly operation?: OperationProfile
  /**
   * An audience whose token the suite may report as refused: it is minted anew, and revoked at the end. May be
   * `granted`. @default cases that need one are skipped
   */
  readonly refusable?: string
  /** An audience with a scope that may be asked for. @default cases that need one are skipped */
  readonly scoped?: { readonly audience: string; readonly scope: string }
  /** An origin of the broker's list, if it has one. @default cases that need one are skipped */
  readonly origin?: string
}

export interface ProxiedProfile {
  readonly audience: string
  /** A path at the vault that may be read with GET, for example `/v1/cards/7`. */
  readonly path: string
  /** A path that no rule allows. @default one that no vault has */
  readonly refusedPath?: string
}

export interface OperationProfile {
  readonly audience: string
  readonly name: string
  /** What to ask of it; is sent in some ten requests. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface ConformanceOptions {
  /** Where the broker answers, for example `https://app.example/api/broker`. */
  readonly baseUrl: string | URL
  /** Carries requests to the broker: `broker.fetch` for one in this process. @default the global `fetch` */
  readonly fetch?: (request: Request) => Promise<Response>
  /** The headers of a request that is signed in: `{ Cookie }` or `{ Authorization }`. Asked once. */
  readonly login: () => HeadersInit | Promise<HeadersInit>
  /** Headers of another user's login. @default cases that need one are skipped */
  readonly otherLogin?: () => HeadersInit | Promise<HeadersInit>
  readonly profile: ConformanceProfile
  /** How long one case may take, in milliseconds. @default 30000 */
  readonly timeoutMs?: number
}

/** Where a case comes from: a section of docs/protocol.md, with the words that it checks. */
export interface Clause {
  readonly section: string
  readonly words: string
}

export interface ConformanceResult {
  /** Stable from release to release, for example `page-origin-null`. */
  readonly id: string
  /** What a conforming broker does. */
  readonly title: string
  readonly clause: Clause
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What was seen instead, or why it was not run. Holds no token, no header of the login. */
  readonly detail?: string
}

/** Plain JSON. */
export interface ConformanceReport {
  readonly suite: 'valetkey broker conformance'
  /** The version of the protocol. */
  readonly protocol: string
  readonly baseUrl: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly durationMs: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** No case failed. What was skipped is not vouched for. */
  readonly ok: boolean
  readonly results: readonly ConformanceResult[]
}
