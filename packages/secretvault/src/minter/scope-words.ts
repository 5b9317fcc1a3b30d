/** Reads scopes of today's nodes: `data`, `data:read`, `data:read:<collection>`, `queries:execute:<query>`. */

const CHANGES = ['create', 'read', 'update', 'delete']

/** The vendor's commands, `/nil/db/<realm>/<deed>`, but for those that are the node's own. */
const DEEDS: Readonly<Record<string, readonly string[]>> = {
  builders: CHANGES,
  collections: CHANGES,
  credits: ['create', 'read'],
  data: CHANGES,
  queries: ['create', 'read', 'delete', 'execute'],
  users: CHANGES,
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export interface ScopeWord {
  /** As it was given. */
  readonly text: string
  readonly realm: string
  /** Absent for all of the realm. */
  readonly deed?: string
  /** The one collection or query it is limited to. */
  readonly limit?: string
}

/** The words of a scope, each once, or what is wrong with the first that is none. */
export function parseScope(scope: string): readonly ScopeWord[] | { fault: string } {
  const texts = [...new Set(scope.split(' ').filter((text) => text !== ''))]
  const words: ScopeWord[] = []
  for (const text of texts) {
    const word = parseWord(text)
    if ('fault' in word) return word
    words.push(word)
  }
  return words.length > 0 ? words : { fault: 'names nothing; give words such as data:read' }
}

function parseWord(text: string): ScopeWord | { fault: string } {
  const [realm = '', deed, limit, ...others] = text.split(':')
  // Own members alone: `constructor` is no realm.
  const deeds = Object.hasOwn(DEEDS, realm) ? DEEDS[realm] : undefined
  const shown = JSON.stringify(text)
  if (!deeds) return { fault: `${shown} begins with none of ${Object.keys(DEEDS).join(', ')}` }
  if (deed === undefined) return { text, realm }
  if (!deeds.includes(deed)) return { fault: `${shown}: ${realm} knows ${deeds.join(', ')}` }
  if (limit === undefined) return { text, realm, deed }
  if (others.length > 0 || !UUID.test(limit))
    return { fault: `${shown} ends in what is no id (a UUID)` }
  if (realm !== 'data' && !(realm === 'queries' && deed === 'execute'))
    return { fault: `${shown}: only data and queries:execute can be limited to an id` }
  return { text, realm, deed, limit }
}

/** Whether all that `narrow` allows is allowed by `wide`. */
export function covers(wide: ScopeWord, narrow: ScopeWord): boolean {
  if (wide.realm !== narrow.realm) return false
  if (wide.deed === undefined) return true
  if (wide.deed !== narrow.deed) return false
  return wide.limit === undefined || wide.limit === narrow.limit
}
