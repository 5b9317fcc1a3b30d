/** Writes a query's variables as either era wants them: by name in the pipeline, or by the path they go to. */
import type { FullQuery } from './node-api.ts'
import { VaultError } from './vault-error.ts'

/** What today's nodes take for a path. */
const PATH = /^\$(\.[$a-zA-Z][a-zA-Z0-9-_]+(\[\d+\])*)+$/
const STEPS = 'each name on the way has two characters or more, the first a letter or $'
const MARK = '##'
const STEP = /[^.[\]]+/g

/** The query with `##name` where each variable goes, as the seed era has it. */
export function toNamedVariables(query: FullQuery): Record<string, unknown> {
  const { variables = {}, ...rest } = query
  const pipeline = structuredClone(query.pipeline)
  const named = Object.entries(variables).map(([name, variable]) => {
    const { path, ...facts } = variable
    if (path !== undefined) place(pipeline, path, `${MARK}${name}`)
    // Nodes insist on a type, and on a description.
    return [name, { type: 'string', description: name, ...facts }]
  })
  return { ...rest, pipeline, variables: Object.fromEntries(named) }
}

/** The query with the path of each variable, as today's nodes have it. */
export function toPathVariables(query: FullQuery): Record<string, unknown> {
  const { variables = {}, schema: collection, ...rest } = query
  const marks = marksIn(query.pipeline, '$.pipeline')
  const byPath = Object.entries(variables).map(([name, { path: given, description }]) => {
    const path = given ?? onlyPathOf(name, marks.get(name) ?? [])
    if (!PATH.test(path)) throw invalid(`today's nodes take no variable at ${path}: ${STEPS}`)
    return [name, { path, ...(description !== undefined && { description }) }]
  })
  return { ...rest, collection, variables: Object.fromEntries(byPath) }
}

function onlyPathOf(name: string, paths: readonly string[]): string {
  const [path] = paths
  if (path !== undefined && paths.length === 1) return path
  const fault = path === undefined ? 'is nowhere in' : 'is at several places of'
  throw invalid(`variable ${name} ${fault} the pipeline, and today's nodes put it at one`)
}

/** Where each `##name` stands that is a whole text. */
function marksIn(value: unknown, path: string): Map<string, string[]> {
  if (typeof value === 'string')
    return value.startsWith(MARK) ? new Map([[value.slice(MARK.length), [path]]]) : new Map()
  if (typeof value !== 'object' || value === null) return new Map()
  const found = new Map<string, string[]>()
  for (const [key, item] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`
    for (const [name, paths] of marksIn(item, at))
      found.set(name, [...(found.get(name) ?? []), ...paths])
  }
  return found
}

function place(pipeline: unknown, path: string, mark: string): void {
  const steps = path.replace(/^\$\.pipeline/, '').match(STEP) ?? []
  const last = steps.at(-1)
  let target: unknown = pipeline
  for (const step of steps.slice(0, -1)) target = isContainer(target) ? target[step] : undefined
  if (last === undefined || !isContainer(target)) throw invalid(`${path} is not in the pipeline`)
  target[last] = mark
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function invalid(why: string): VaultError {
  return new VaultError('invalid_argument', `The query cannot be stored: ${why}`)
}
