/** What a node lets a token do: a scope as one command, and a policy where the command alone allows too much. */
import { covers, type ScopeWord } from './scope-words.ts'

/** In the vendor's language: each rule holds, or the node answers 401. */
export type PolicyRule =
  | readonly ['==' | '!=', selector: string, value: unknown]
  | readonly ['anyOf', selector: string, values: readonly unknown[]]
  | readonly ['and' | 'or', rules: readonly PolicyRule[]]

export interface Capability {
  readonly command: string
  readonly policy?: readonly PolicyRule[]
}

/** Of everything: the builder. */
export const FULL: Capability = { command: '/nil/db' }

/** The vendor's own bound on rules side by side. */
const MAX_RULES = 10

const DATA = '/v1/data'
const DATA_PATHS: Readonly<Record<string, readonly string[]>> = {
  create: [`${DATA}/standard`, `${DATA}/owned`],
  read: [`${DATA}/find`],
  update: [`${DATA}/update`],
  delete: [`${DATA}/delete`],
}
/** Calls that name the collection in their path. */
const DATA_BY_ID: Readonly<Record<string, string>> = { read: 'tail', delete: 'flush' }

/**
 * One command with the least that holds all words, or why there is none. A policy holds only where a request
 * shows what it asks for: a node that shows a policy less than today's do refuses, and allows nothing more.
 */
export function capabilityOf(words: readonly ScopeWord[]): Capability | { fault: string } {
  const needed = words.filter(
    (word, i) => !words.some((other, j) => i !== j && covers(other, word)),
  )
  const [first, ...others] = needed
  if (!first) return { fault: 'names nothing' }
  const { realm } = first
  if (others.some((word) => word.realm !== realm))
    return { fault: 'is of more than one realm, and a token is of one; ask for them apart' }
  if (others.length === 0 && isCommand(first)) return { command: commandOf(first) }
  const rules = rulesOf(realm, needed)
  if ('fault' in rules) return rules
  if (rules.length > MAX_RULES) return { fault: 'holds more limits than a policy can' }
  return { command: `/nil/db/${realm}`, policy: [['or', rules]] }
}

/** Running a query takes the command to run it and the one to read what came of it. */
function isCommand({ realm, deed, limit }: ScopeWord): boolean {
  return limit === undefined && !(realm === 'queries' && deed === 'execute')
}

function commandOf({ realm, deed }: ScopeWord): string {
  return ['/nil/db', realm, ...(deed === undefined ? [] : [deed])].join('/')
}

type Rules = readonly PolicyRule[] | { fault: string }

function rulesOf(realm: string, words: readonly ScopeWord[]): Rules {
  if (realm === 'data') return dataRules(words)
  if (realm === 'queries' && words.every(({ deed }) => deed === 'execute')) return runRules(words)
  // Deeds that share a path differ in the method alone, which no policy sees.
  return { fault: 'cannot be put into one token; ask for its words apart, or for the whole realm' }
}

/** Collections with the same deeds share a rule. */
function dataRules(words: readonly ScopeWord[]): PolicyRule[] {
  const deedsOf = new Map<string | undefined, string[]>()
  for (const { limit, deed = '' } of words)
    deedsOf.set(limit, [...(deedsOf.get(limit) ?? []), deed])
  const collectionsOf = new Map<string, string[]>()
  for (const [collection, deeds] of deedsOf) {
    if (collection === undefined) continue
    const key = deeds.toSorted().join(' ')
    collectionsOf.set(key, [...(collectionsOf.get(key) ?? []), collection])
  }
  const byBody = [...collectionsOf].map(
    ([deeds, collections]): PolicyRule => [
      'and',
      [
        ['anyOf', '$.req.path', pathsOf(deeds.split(' '))],
        ['anyOf', '$.payload.body.collection', collections],
      ],
    ],
  )
  const byPath = words.flatMap(({ deed = '', limit }) => {
    const call = DATA_BY_ID[deed]
    return limit !== undefined && call ? [`${DATA}/${limit}/${call}`] : []
  })
  const everywhere = deedsOf.get(undefined) ?? []
  const plain = [...byPath, ...pathsOf(everywhere)]
  return [
    ...byBody,
    ...(plain.length > 0 ? [['anyOf', '$.req.path', plain] as const] : []),
    ...(everywhere.includes('read') ? [READS_A_PAGE] : []),
  ]
}

function pathsOf(deeds: readonly string[]): string[] {
  return deeds.flatMap((deed) => DATA_PATHS[deed] ?? [])
}

/**
 * A call that reads a page of what its path names: a collection's newest records, or what came of a run.
 * Nodes show policies a query where they read one, with its `limit`; calls that delete have none.
 */
const READS_A_PAGE: PolicyRule = [
  'and',
  [
    ['anyOf', '$.payload.query.limit', [10, 25, 100, 1_000]],
    ['!=', '$.payload.param', {}],
  ],
]

function runRules(words: readonly ScopeWord[]): PolicyRule[] {
  const queries = words.flatMap(({ limit }) => (limit === undefined ? [] : [limit]))
  const starts: PolicyRule = ['==', '$.req.path', '/v1/queries/run']
  if (queries.length === 0) return [starts, READS_A_PAGE]
  return [['and', [starts, ['anyOf', '$.payload.body._id', queries]]], READS_A_PAGE]
}
