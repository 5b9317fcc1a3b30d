/** Remembers which login has which revocable token, so that a logout can take back what was its alone. */
import type { Clock } from './clock.ts'
import { createLists } from './memory-cache.ts'
import type { CacheNote, SharedCache } from './shared-cache.ts'
import type { CachedToken } from './token-slots.ts'
import type { Principal } from './types.ts'

export interface GivenToken {
  readonly audience: string
  readonly token: CachedToken
}

/** Whose tokens; without a login those of all logins of the subject. */
export interface Holder {
  readonly subject: string
  readonly login?: string | undefined
}

export interface GivenTokens {
  /** Nobody waits for it. */
  note(given: GivenToken, principal: Principal): void
  /** Tokens that live, and that nobody but this holder has. Rejects where the shared lists cannot be read. */
  find(holder: Holder): Promise<readonly GivenToken[]>
  strike(holder: Holder, tokens: readonly GivenToken[]): Promise<void>
}

export interface GivenTokensParts {
  clock: Required<Clock>
  shared: SharedCache | undefined
  hold: (work: Promise<void>) => void
}

type Lists = Pick<SharedCache, 'note' | 'noted' | 'strike'>

const listOf = (subject: string): string => JSON.stringify(['given', subject])
const holdersOf = (tokenId: string): string => JSON.stringify(['holders', tokenId])

export function createGivenTokens({ clock, shared, hold }: GivenTokensParts): GivenTokens {
  const own = createLists(clock)
  /** What has been noted, so that a token that is handed out again costs nothing. */
  const logins = new WeakMap<CachedToken, Set<string>>()
  const all: readonly Lists[] = shared ? [own, shared] : [own]

  async function write(given: GivenToken, { subject, login }: Principal): Promise<void> {
    const { token } = given
    const lifetimeMs = token.expiresAt - clock.now()
    if (lifetimeMs <= 0) return
    const line = { id: token.tokenId, value: JSON.stringify(given) }
    const holder = { id: login, value: login }
    // What the store cannot take while it is away, this process still knows.
    await Promise.allSettled(
      all.flatMap((lists) => [
        lists.note(listOf(subject), line, lifetimeMs),
        lists.note(holdersOf(token.tokenId), holder, lifetimeMs),
      ]),
    )
  }

  async function notedIn(list: string): Promise<CacheNote[]> {
    const lines = (await Promise.all(all.map((lists) => lists.noted(list)))).flat()
    return [...new Map(lines.map((line) => [line.id, line])).values()]
  }

  async function isHeldBy(login: string, { token }: GivenToken): Promise<boolean> {
    const holders = await notedIn(holdersOf(token.tokenId))
    return holders.length > 0 && holders.every(({ value }) => value === login)
  }

  return {
    note(given, principal) {
      const known = logins.get(given.token) ?? new Set()
      if (known.has(principal.login)) return
      logins.set(given.token, known.add(principal.login))
      hold(write(given, principal))
    },
    async find({ subject, login }) {
      const given = (await notedIn(listOf(subject))).flatMap(({ value }) => readGiven(value))
      const living = given.filter(({ token }) => token.expiresAt > clock.now())
      if (login === undefined) return living
      const isOwn = await Promise.all(living.map((one) => isHeldBy(login, one)))
      return living.filter((_, index) => isOwn[index])
    },
    async strike({ subject }, tokens) {
      const ids = tokens.map(({ token }) => token.tokenId)
      await Promise.all(all.map((lists) => lists.strike(listOf(subject), ids)))
    },
  }
}

function readGiven(text: string): GivenToken[] {
  try {
    return [JSON.parse(text) as GivenToken]
  } catch {
    return []
  }
}
