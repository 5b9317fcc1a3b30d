/** Pages through ids, as documented: 25 a page, at most 1000, from page 1, filtered by a part of the id. */
import { badRequest } from './answers.ts'

export interface Page {
  total: number
  page: number
  ids: readonly string[]
}

const DEFAULT_SIZE = 25
const MAX_SIZE = 1000

type Filter = (id: string, text: string) => boolean

const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ['prefix', (id, text) => id.startsWith(text)],
  ['suffix', (id, text) => id.endsWith(text)],
  ['contains', (id, text) => id.includes(text)],
])

/** The names of the two paging parameters are assumed. @throws {NexusRunDbError} 400 */
export function pageOf(
  ids: readonly string[],
  query: Readonly<Record<string, string | undefined>>,
): Page {
  const { page: pageText = '1', pagesize = String(DEFAULT_SIZE), filtertype, filtertext } = query
  const page = countIn(pageText, 'page', Number.MAX_SAFE_INTEGER)
  const size = countIn(pagesize, 'pagesize', MAX_SIZE)
  const found = ids.filter(filterIn(filtertype, filtertext)).toSorted()
  return { total: found.length, page, ids: found.slice((page - 1) * size, page * size) }
}

function countIn(text: string, name: string, most: number): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  throw badRequest(`${name} must be a whole number from 1 to ${most}`)
}

function filterIn(type: string | undefined, text: string | undefined): (id: string) => boolean {
  if (type === undefined && text === undefined) return () => true
  if (type === undefined || text === undefined)
    throw badRequest('filtertype and filtertext need each other')
  const filter = FILTERS.get(type)
  if (!filter) throw badRequest(`filtertype must be one of ${[...FILTERS.keys()].join(', ')}`)
  return (id) => filter(id, text)
}
