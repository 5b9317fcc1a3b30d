/** Keeps one client of Skyflow's browser SDK for the page, and replaces it where it cannot mend itself. */
import type { AudienceName, BrokerShape, TokenClient } from '@valetkey/client'
import { skyflowBearer, type SkyflowBearerOptions } from './skyflow-bearer.ts'
import { SkyflowError } from './skyflow-error.ts'

export interface SkyflowSdkOptions<S, B extends BrokerShape = BrokerShape>
  extends SkyflowBearerOptions {
  /** From `createTokenClient`. */
  client: TokenClient<B>
  /** The audience whose minter is `skyflow(…)`. */
  audience: AudienceName<B>
  /** Calls the SDK: `(getBearerToken) => Skyflow.init({ vaultID, vaultURL, getBearerToken })`. */
  init: (getBearerToken: () => Promise<string>) => S
  /**
   * How long the frame of a client that is given up stays, in milliseconds, so that calls on their way can end.
   *
   * @default 10000
   */
  lingerMs?: number
}

/** One client of the SDK at a time, with one frame in the page, however often it is asked for. */
export interface SkyflowSdk<S> {
  /** The SDK's client, made when it is first asked for. The same one until `reset`. */
  readonly current: () => S
  /**
   * Gives up the SDK's client with its own copy of the token, and the token itself: for a bearer that the
   * vault refuses (revoked, or clocks that differ), which the SDK would go on sending until it expires. Who
   * subscribed is told; `current` then gives a new client.
   */
  readonly reset: () => void
  /** Tells of every new client. Once nobody listens any more, the frame goes after `lingerMs`. */
  readonly subscribe: (listener: () => void) => () => void
  /** Removes the frame at once, ends the listening to the token client. */
  readonly dispose: () => void
}

const LINGER_MS = 10_000
/** How skyflow-js names the frame that each of its clients puts into the page. */
const FRAMES = 'iframe[name^="skyflow_controller:"]'

/**
 * Holds skyflow-js to one client for the page, outside React: it survives StrictMode, inline objects and
 * re-renders without a frame too many. A change of the user drops the client at once, with the former user's
 * token in it.
 *
 * @throws {SkyflowError} `config` for a time that cannot be.
 * @example
 * ```ts
 * const sdk = createSkyflowSdk({
 *   client: tokens,
 *   audience: 'cards',
 *   init: (getBearerToken) => Skyflow.init({ vaultID, vaultURL, getBearerToken }),
 * })
 * const skyflow = useSyncExternalStore(sdk.subscribe, sdk.current, () => undefined)
 * ```
 */
export function createSkyflowSdk<S, B extends BrokerShape = BrokerShape>({
  client,
  audience,
  init,
  timeoutMs,
  lingerMs = LINGER_MS,
}: SkyflowSdkOptions<S, B>): SkyflowSdk<S> {
  if (!(lingerMs >= 0 && lingerMs < 2 ** 31))
    throw new SkyflowError('config', 'lingerMs must be a number of milliseconds')
  const options = timeoutMs === undefined ? {} : { timeoutMs }
  const getBearerToken = skyflowBearer(client, audience, options)
  const live = createLive(() => init(getBearerToken))
  const listeners = new Set<{ tell: () => void }>()
  let leaving: ReturnType<typeof setTimeout> | undefined

  function replace(afterMs: number): void {
    live.giveUp(afterMs)
    for (const { tell } of listeners) tell()
  }

  // Its copy of the token is the former user's.
  const stopListening = client.on('identity-changed', () => replace(0))

  return {
    current: live.current,
    reset() {
      client.invalidate(audience)
      replace(lingerMs)
    },
    subscribe(tell) {
      // Of its own, since a listener may be given twice.
      const listener = { tell }
      listeners.add(listener)
      clearTimeout(leaving)
      return () => {
        listeners.delete(listener)
        clearTimeout(leaving)
        if (listeners.size === 0) leaving = setTimeout(() => live.giveUp(0), lingerMs)
      }
    },
    dispose() {
      stopListening()
      clearTimeout(leaving)
      live.giveUp(0)
    },
  }
}

/** The client there is, if any, with its frames. */
function createLive<S>(init: () => S): {
  current: () => S
  giveUp: (afterMs: number) => void
} {
  let live: { sdk: S; frames: readonly Element[] } | undefined
  return {
    current() {
      live ??= withFrames(init)
      return live.sdk
    },
    giveUp(afterMs) {
      const { frames = [] } = live ?? {}
      live = undefined
      const remove = () => frames.forEach((frame) => frame.remove())
      if (afterMs === 0) remove()
      else setTimeout(remove, afterMs)
    },
  }
}

/** The SDK puts its frame into the page before `init` returns, and never takes it out. */
function withFrames<S>(init: () => S): { sdk: S; frames: readonly Element[] } {
  const before = new Set(document.querySelectorAll(FRAMES))
  const sdk = init()
  return { sdk, frames: [...document.querySelectorAll(FRAMES)].filter((one) => !before.has(one)) }
}
