/** What only today's nodes can be asked for: runs in the background, records that users own, grants. */
import { anything, dataOf, get, isDocument, isObject, parseRows, post } from './answers.ts'
import type { Creation, NodeDocument, RunState, TodayExtras, UpdateCount } from './node-api.ts'
import type { NodeCall } from './node-call.ts'
import type { DocumentName, OwnedReference } from './owned-types.ts'
import { checkId } from './record-id.ts'
import { PAGE_SIZE, pages, totalOf } from './today-pages.ts'

const RUN = 'v1/queries/run'
const OWNED = 'v1/users/data'

/** How the rest of today's interface writes and reads. */
export interface TodayShapes {
  creation: (path: string, body: unknown) => NodeCall<Creation>
  parseUpdate: (content: unknown) => UpdateCount | undefined
}

export function todayExtras({ creation, parseUpdate }: TodayShapes): TodayExtras {
  return {
    readRun: (run) => readRun(run, []),
    createOwned: (collection, facts) => creation('v1/data/owned', { collection, ...facts }),
    listOwned: () =>
      pages((offset) => get(`${OWNED}?limit=${PAGE_SIZE}&offset=${offset}`, parseReferences)),
    readOwned: (name) => ({ ...get(pathOf(name), parseDocument), parseRefusal: parseAbsence }),
    updateOwned: ({ collection, document }, update) =>
      post(OWNED, { collection, document, update }, parseUpdate),
    removeOwned: (name) => ({ method: 'DELETE', path: pathOf(name), parse: anything }),
    grant: ({ collection, document }, acl) =>
      post(`${OWNED}/acl/grant`, { collection, document, acl }, anything),
    revoke: ({ collection, document }, grantee) =>
      post(`${OWNED}/acl/revoke`, { collection, document, grantee }, anything),
  }
}

const pathOf = ({ collection, document }: DocumentName): string =>
  `${OWNED}/${checkId(collection, 'A collection')}/${checkId(document, 'A document')}`

/** A finished run's rows come in pages. */
function readRun(run: string, before: readonly unknown[]): NodeCall<RunState> {
  let total = 0
  return {
    ...get(
      `${RUN}/${encodeURIComponent(run)}?limit=${PAGE_SIZE}&offset=${before.length}`,
      (content) => {
        total = totalOf(content)
        return parseRun(content, { run, before })
      },
    ),
    next: (state) =>
      state.status === 'complete' && state.rows.length < total && state.rows.length > before.length
        ? readRun(run, state.rows)
        : undefined,
  }
}

function parseRun(
  content: unknown,
  { run, before }: { run: string; before: readonly unknown[] },
): RunState | undefined {
  const data = dataOf(content)
  if (!isObject(data)) return undefined
  const { status, result, errors } = data
  if (status === 'pending' || status === 'running') return { status, run }
  if (status === 'complete' && Array.isArray(result))
    return { status, rows: [...before, ...result] }
  if (status !== 'error') return undefined
  const texts = Array.isArray(errors) ? errors.filter((text) => typeof text === 'string') : []
  return { status, errors: texts }
}

function parseReferences(content: unknown): readonly OwnedReference[] | undefined {
  return parseRows(content)?.flatMap((row) => {
    if (!isObject(row)) return []
    const { builder, collection, document } = row
    if (typeof collection !== 'string' || typeof document !== 'string') return []
    return [{ collection, document, ...(typeof builder === 'string' && { builder }) }]
  })
}

function parseDocument(content: unknown): readonly NodeDocument[] | undefined {
  const document = dataOf(content)
  return isDocument(document) ? [document] : undefined
}

/** That a node does not have a record is an answer, too. */
function parseAbsence(content: unknown): readonly NodeDocument[] | undefined {
  const errors = isObject(content) ? content.errors : undefined
  return Array.isArray(errors) && errors[0] === 'DocumentNotFoundError' ? [] : undefined
}
