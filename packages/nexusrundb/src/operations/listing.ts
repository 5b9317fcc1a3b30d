/** Lists ids of keys, one page or all of them. */
import { usualKeys } from '../answer.ts'
import { checkPaging, filterQuery } from '../limits.ts'
import { NexusRunDbError } from '../nexusrundb-error.ts'
import type { AnyBuckets, PageOptions } from '../types.ts'
import type { Vault } from '../vault-context.ts'
import type { NexusRunDb } from '../vault-types.ts'

const DEFAULT_PAGE_SIZE = 25
const ALL_PAGE_SIZE = 1000

/** The query of one page. @throws {NexusRunDbError} `invalid_argument` */
export function pageQuery(
  { api }: Vault,
  { page = 1, pageSize = DEFAULT_PAGE_SIZE, filter }: PageOptions,
): { page: number; pageSize: number; query: Readonly<Record<string, string>> } {
  checkPaging({ page, pageSize })
  const paging = { [api.pageParam]: String(page), [api.pageSizeParam]: String(pageSize) }
  return { page, pageSize, query: { ...paging, ...filterQuery(filter) } }
}

/** Fewer than asked for yet the default number says no end: the name of the page size's parameter is assumed. */
export function isFull({ length }: readonly unknown[], pageSize: number): boolean {
  return length >= Math.min(pageSize, DEFAULT_PAGE_SIZE)
}

export function createListing(vault: Vault): Pick<NexusRunDb<AnyBuckets>, 'list' | 'keys'> {
  const list: NexusRunDb<AnyBuckets>['list'] = async (bucket, options = {}) => {
    const { page, pageSize, query } = pageQuery(vault, options)
    const parse = vault.api.keysIn ?? usualKeys
    const keys = await vault.run({ route: 'list', places: { bucket }, query, parse }, options)
    return { keys, page, mayHaveMore: isFull(keys, pageSize) }
  }

  async function* keys(
    bucket: string,
    { pageSize = ALL_PAGE_SIZE, ...options }: Omit<PageOptions, 'page'> = {},
  ): AsyncGenerator<string, void, undefined> {
    let first: string | undefined
    for (let page = 1; ; page += 1) {
      const { keys: found, mayHaveMore } = await list(bucket, { ...options, page, pageSize })
      // Without this a database that knows another name of the parameter would be asked for ever.
      if (page > 1 && found.length > 0 && found[0] === first)
        throw new NexusRunDbError(
          'malformed_answer',
          `Page ${page} begins as the one before it, so api.pageParam is not heeded`,
        )
      first = found[0]
      yield* found
      if (!mayHaveMore) return
    }
  }

  return { list, keys }
}
