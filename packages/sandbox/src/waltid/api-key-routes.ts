/** Creates API keys, shows, lists, deletes them. */
import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import {
  assume,
  readId,
  readObject,
  readText,
  targetFor,
  type WaltidEnvironment,
  type WaltidState,
} from './environment.ts'
import { duplicateTarget, illegalArgument, notFound } from './errors.ts'
import { parseKotlinDuration } from './kotlin-duration.ts'
import type { ApiKey } from './store.ts'

const BASE = '/v1/:target/apikeys-api/api-keys'
/** The furthest a date can lie ahead (ECMA-262, section 21.4.1.1). */
const MAX_DATE_MS = 8_640_000_000_000_000n

export function addApiKeyRoutes(app: Hono<WaltidEnvironment>, state: WaltidState): void {
  app.post(`${BASE}/create`, async (context) => {
    const id = readId(targetFor(context, 'create-apikey'), state.organization)
    const body = await readObject(context)
    const name = readText(body, 'name')
    const lifetimeMs = body.expiration == null ? undefined : readLifetime(body)
    const { keys } = state.store()
    if (keys.has(id)) throw duplicateTarget(id)
    const expiresAtMs =
      lifetimeMs === undefined ? undefined : state.conditions.now() + Number(lifetimeMs)
    const key: ApiKey = { id, name, subject: randomUUID(), expiresAtMs, roles: new Set() }
    keys.set(id, key)
    assume(context, 'status of create')
    const token = state.tokens.issue(key.subject, `api-${key.subject}`, expiresAtMs)
    return context.json({ _id: id, name, token }, 201)
  })

  app.get(`${BASE}/view`, (context) => {
    const target = targetFor(context, 'view-apikey')
    assume(context, 'method of view, its fields')
    return context.json(shown(find(state, target)))
  })

  app.get(`${BASE}/list`, (context) => {
    const target = targetFor(context, 'list-apikeys')
    assume(context, 'list of API keys')
    const keys = [...state.store().keys.values()]
    return context.json(keys.filter(({ id }) => id.startsWith(`${target}.`)).map(shown))
  })

  app.delete(`${BASE}/delete`, (context) => {
    const target = targetFor(context, 'delete-apikey')
    assume(context, 'deletion of API keys')
    state.store().keys.delete(find(state, target).id)
    return context.body(null, 204)
  })
}

/** Kotlin's grammar. What the real one does with durations that are not finite or not above zero is not known. */
function readLifetime(body: Record<string, unknown>): bigint {
  const text = readText(body, 'expiration')
  const duration = parseKotlinDuration(text)
  if (duration === undefined) throw illegalArgument(`Invalid duration string format: '${text}'.`)
  if (typeof duration === 'bigint' && duration > 0n && duration < MAX_DATE_MS / 2n) return duration
  throw illegalArgument('The expiration must be finite and above zero')
}

function find({ store }: WaltidState, target: string): ApiKey {
  const key = store().keys.get(target)
  if (!key) throw notFound(target)
  return key
}

function shown({ id, name, expiresAtMs }: ApiKey): object {
  const expiration = expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString()
  return { _id: id, name, ...(expiration !== undefined && { expiration }) }
}
