/** Reads a list of today's nodes to its end, page by page. */
import { isObject } from './answers.ts'
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

export function totalOf(content: unknown): number {
  const pagination = isObject(content) ? content.pagination : undefined
  return isObject(pagination) && typeof pagination.total === 'number' ? pagination.total : 0
}
