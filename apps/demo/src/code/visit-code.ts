/** The code behind each action on visits: as a hook, without a framework, from a shell. */
import type { Visit, VisitsPlace } from '../visits/visit-database.ts'
import { type ActionCode, codeOf } from './action-code.ts'
import type { CurlCall } from './curl.ts'

interface Place {
  place: VisitsPlace
  /** The database's address. */
  url: string
}

export function writeVisitCode(
  place: Place,
  { key, visit }: { key: string; visit: Visit },
): ActionCode {
  const call = { method: 'POST', path: keyPath(place, key), body: visit } as const
  return visitCode(['useWriteVisit', 'writeVisit'], place, call)
}

export function readVisitCode(place: Place, key: string): ActionCode {
  return visitCode(['useVisit', 'readVisit'], place, { method: 'GET', path: keyPath(place, key) })
}

export function deleteVisitCode(place: Place, key: string): ActionCode {
  const call = { method: 'DELETE', path: keyPath(place, key) } as const
  return visitCode(['useDeleteVisit', 'deleteVisit'], place, call)
}

export function listVisitsCode(place: Place, prefix: string): ActionCode {
  const filter = { filtertype: 'prefix', filtertext: prefix }
  const query = new URLSearchParams({
    page: '1',
    pagesize: '8',
    ...(prefix !== '' && filter),
  })
  const path = `${keysPath(place)}?${query}`
  return visitCode(['useVisitKeys', 'listVisits'], place, { method: 'GET', path })
}

function visitCode(
  [hook, action]: [string, string],
  { place, url }: Place,
  call: Pick<CurlCall, 'method' | 'path' | 'body'>,
): ActionCode {
  return codeOf({
    hook: { file: 'visit-queries.ts', names: ['READ_MS', hook] },
    action: { file: 'visit-database.ts', names: ['openDatabase', 'SHOWN', action] },
    call: { audience: place.audience, url, ...call },
  })
}

function keysPath({ place }: Place): string {
  return `buckets/${encodeURIComponent(place.bucket)}/keys`
}

function keyPath(place: Place, key: string): string {
  return `${keysPath(place)}/${encodeURIComponent(key)}`
}
