/** Finds a member that an object of a JSON text names twice. `JSON.parse` takes the last in silence. */
import { redact } from './redact.ts'

interface Level {
  /** Absent for a list. */
  names?: Set<string>
  /** The member or the index under way. */
  at: string | number
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/** The path of the first duplicate, such as `audiences.cards`, or `undefined`. The text must be valid JSON. */
export function duplicateNameIn(text: string): string | undefined {
  const levels: Level[] = []
  let isName = false
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1)
    if (token === '{' || token === '[') {
      levels.push(token === '{' ? { names: new Set(), at: '' } : { at: 0 })
      isName = token === '{'
    } else if (token === '}' || token === ']') {
      levels.pop()
    } else if (token === ',') {
      isName = level?.names !== undefined
      if (typeof level?.at === 'number') level.at += 1
    } else if (isName && level?.names) {
      const name: string = JSON.parse(token)
      level.at = name
      if (level.names.has(name)) return pathOf(levels)
      level.names.add(name)
      isName = false
    }
  }
  return undefined
}

function pathOf(levels: readonly Level[]): string {
  const path = levels
    .map(({ at }) => (typeof at === 'number' ? `[${at}]` : `.${at}`))
    .join('')
    .replace(/^\./, '')
  // A name could be a secret in the wrong place.
  return redact(path)
}
