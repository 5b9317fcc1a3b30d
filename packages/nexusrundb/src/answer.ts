/** Reads answers whose shape is not documented, by what they may well look like. */
import type { AccessKeyInformation, BucketGrant } from './types.ts'

export type Fields = Readonly<Record<string, unknown>>

const LISTS = ['keys', 'permissions', 'data', 'items', 'results', 'result']
const KEY_IDS = ['key', 'keyid', 'id', 'name']
const ACCESS_KEYS = ['accesskey', 'accessKey', 'access_key', 'key']

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON, or else the text itself where the answer does not call itself JSON; `undefined` where it does. */
export function contentOf({ text, contentType }: { text: string; contentType: string }): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words quote the answer.
    return /\bjson\b/.test(contentType) ? undefined : text
  }
}

/** Ids of keys: texts, or objects with a text under a usual name. */
export function usualKeys(content: unknown): readonly string[] | undefined {
  return allOf(listIn(content), (entry) =>
    typeof entry === 'string' ? entry : textIn(entry, KEY_IDS),
  )
}

/** What each access key may do. */
export function usualGrants(content: unknown): readonly BucketGrant[] | undefined {
  return allOf(listIn(content), (entry) => {
    const accessKey = textIn(entry, ACCESS_KEYS)
    const permissions = isFields(entry) ? (entry.permissions ?? entry.permission) : undefined
    const list = typeof permissions === 'string' ? [permissions] : permissions
    if (accessKey === undefined || !Array.isArray(list)) return undefined
    return { accessKey, permissions: list.filter((one) => typeof one === 'string') }
  })
}

/** Documented are the names `tags` and `list_all_buckets`, not where they stand. */
export function usualInformation(content: unknown): AccessKeyInformation | undefined {
  if (!isFields(content)) return undefined
  const places = [content, content.permissions, content.data].filter(isFields)
  const found = places.map((place) => place.list_all_buckets).find((it) => typeof it === 'boolean')
  const tags = places.map((place) => place.tags).find((it) => it !== undefined)
  return { tags, canListAllBuckets: found }
}

function listIn(content: unknown): readonly unknown[] | undefined {
  if (Array.isArray(content)) return content
  if (!isFields(content)) return undefined
  return LISTS.map((name) => content[name]).find((value) => Array.isArray(value))
}

function textIn(entry: unknown, names: readonly string[]): string | undefined {
  if (!isFields(entry)) return undefined
  return names.map((name) => entry[name]).find((value) => typeof value === 'string')
}

function allOf<T>(
  list: readonly unknown[] | undefined,
  read: (entry: unknown) => T | undefined,
): readonly T[] | undefined {
  const entries = list?.map((entry) => read(entry))
  const known = entries?.filter((entry) => entry !== undefined)
  return known?.length === entries?.length ? known : undefined
}
