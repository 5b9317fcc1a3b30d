/** What the routes of the emulated walt.id have at hand. */
import type { Context } from 'hono'
import { badRequest, missingPermission } from './errors.ts'
import { isAllowed, type Role } from './permissions.ts'
import type { SessionTokens } from './session-token.ts'
import type { WaltidStore } from './store.ts'

/** What the outside may change about the service while it runs. */
export interface WaltidConditions {
  /** The service's clock, epoch milliseconds. */
  now(): number
  /** Whether a token that is good otherwise is refused all the same. */
  isRevoked(token: string, jti: string | undefined): boolean
}

export interface WaltidState {
  organization: string
  login: { email: string; password: string; lifetimeMs: number }
  tokens: SessionTokens
  conditions: WaltidConditions
  /** A reset replaces the store as a whole, so it is asked for anew in each request. */
  store: () => WaltidStore
}

export interface WaltidEnvironment {
  Variables: { roles: readonly Role[] }
}

export type WaltidContext = Context<WaltidEnvironment>

/** Tells that an answer rests on an assumption: the documents do not say it. */
export function assume(context: WaltidContext, what: string): void {
  context.header('x-sandbox-assumption', what)
}

/** The resource of the path. @throws {WaltidError} 403 if no role of the caller allows it. */
export function targetFor(context: WaltidContext, action: string): string {
  const target = context.req.param('target') ?? ''
  if (!isAllowed(context.get('roles'), { action, target })) throw missingPermission(action, target)
  return target
}

/** A dotted path, whose first part is the organization. */
export function readId(target: string, organization: string): string {
  const [first, id = '', ...rest] = target.split('.')
  if (first === organization && /^[\w-]+$/.test(id) && rest.length === 0) return target
  throw badRequest(`The target must be ${organization}.{id}`)
}

/** @throws {WaltidError} 400 for anything but a JSON object. */
export async function readObject(context: WaltidContext): Promise<Record<string, unknown>> {
  let body: unknown
  try {
    body = await context.req.json()
  } catch {
    throw badRequest('Failed to convert request body')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('Failed to convert request body')
  return { ...body }
}

export function readText(body: Record<string, unknown>, name: string): string {
  const value = body[name]
  if (typeof value === 'string') return value
  throw badRequest(`Field '${name}' is required`)
}
