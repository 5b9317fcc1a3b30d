/** Cuts a page out of a list. */
import type { Page } from './shapes.ts'

export interface Paged<Item> {
  data: Item[]
  pagination: { total: number; limit: number; offset: number }
}

export function pageOf<Item>(items: readonly Item[], { limit, offset }: Page): Paged<Item> {
  const data = items.slice(offset, offset + limit)
  return { data, pagination: { total: items.length, limit, offset } }
}

/** Those made together keep their order. */
export function newestFirst<Item extends { _created: Date }>(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => Number(other._created) - Number(one._created))
}
