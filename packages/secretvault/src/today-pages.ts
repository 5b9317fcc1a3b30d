/** Reads a list of today's nodes page by page, to its end or as far as asked. */
import { isObject } from './answers.ts'
import type { Cut, NodeDocument, Window } from './node-api.ts'
import type { NodeCall } from './node-call.ts'

/** The most that nodes give at once. */
export const PAGE_SIZE = 1000

/** One call that follows on from page to page. `ask` makes the call for the page at an offset. */
export function pages<T>(
  ask: (offset: number) => NodeCall<readonly T[]>,
  before: readonly T[] = [],
): NodeCall<readonly T[]> {
  const call = ask(before.length)
  let total = 0
  return {
    ...call,
    parse(content) {
      const rows = call.parse(content)
      // A node that tells no total, or gives an empty page, has no more.
      total = rows?.length ? totalOf(content) : 0
      return rows && [...before, ...rows]
    },
    next: (rows) => (rows.length < total ? pages(ask, rows) : undefined),
  }
}

/** A window of a list, in as many calls as it takes. */
export function cut(
  { offset, limit }: Window,
  ask: (window: Window) => NodeCall<readonly NodeDocument[]>,
  before: readonly NodeDocument[] = [],
): NodeCall<Cut> {
  const at = offset + before.length
  const call = ask({ offset: at, limit: Math.min(limit - before.length, PAGE_SIZE) })
  const { method, path, body } = call
  let isLast = false
  return {
    method,
    path,
    body,
    parse(content) {
      const rows = call.parse(content)
      const total = totalOf(content)
      isLast = rows?.length === 0 || at + (rows?.length ?? 0) >= total
      return rows && { documents: [...before, ...rows], total }
    },
    next: ({ documents }) =>
      isLast || documents.length >= limit ? undefined : cut({ offset, limit }, ask, documents),
  }
}

export function totalOf(content: unknown): number {
  const pagination = isObject(content) ? content.pagination : undefined
  return isObject(pagination) && typeof pagination.total === 'number' ? pagination.total : 0
}
