/** Names which optional calls rest on our assumption, since they are documented nowhere. */
import type { WaltidMinterOptions, WaltidViewOptions } from './minter-options.ts'

/** In words for a log. A call whose method, path and field were set is the operator's knowledge. */
export function assumptionsOf({ view, delete: remove }: WaltidMinterOptions): readonly string[] {
  return [
    ...described('the look at a key (view), of which its documents name the path alone', view, {
      method: 'GET (view.method)',
      expirationField: 'the end in expiration (view.expirationField)',
    }),
    ...described('the deletion of a key (delete), which its documents do not describe', remove, {
      method: 'DELETE (delete.method)',
      path: '/api-keys/delete (delete.path)',
    }),
  ]
}

function described(
  what: string,
  call: boolean | WaltidViewOptions | undefined,
  defaults: Readonly<Record<string, string>>,
): readonly string[] {
  if (call === undefined || call === false) return []
  const given = Object(call)
  const assumed = Object.keys(defaults).filter((name) => given[name] === undefined)
  if (assumed.length === 0) return []
  const parts = assumed.map((name) => defaults[name]).join(', ')
  return [`assumed of ${what}: ${parts}; set what you have seen`]
}
