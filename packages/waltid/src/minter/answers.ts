/** Reads walt.id's answers: a new key, the expiry that a look at it shows, a login. */
import { MintError } from '@valetkey/broker'
import { jwtExpiresAt } from '@valetkey/broker/upstream'
import { type ApiAnswer, wordsOf } from './exchange.ts'
import { type Fields, fieldsOf } from '../fields.ts'
import { refusalOf } from './refusal.ts'

/** walt.id's clock may differ from ours by this much before its word counts as another lifetime. */
const CLOCK_TOLERANCE_MS = 60_000
const TOKEN = /^[\x21-\x7e]{1,131072}$/

export interface ExpiryRules {
  /** Epoch milliseconds: when the key was asked for, when it ends at the latest. */
  askedAt: number
  latestAt: number
}

/** @throws {MintError} unless the status is one of success. */
export function accepted(answer: ApiAnswer, now: number): ApiAnswer {
  if (answer.status >= 200 && answer.status <= 299) return answer
  throw refusalOf(answer, now)
}

/** @throws {MintError} for a refusal, or for anything but `{ token }`. */
export function tokenIn(answer: ApiAnswer, now: number): { token: string; content: Fields } {
  const content = contentOf(accepted(answer, now))
  const { token } = content
  if (typeof token === 'string' && TOKEN.test(token)) return { token, content }
  throw invalid(answer, 'without a usable token')
}

/** Tightened by the token's own `exp`, where it has one. @throws {MintError} for a key that lives too long. */
export function expiryOfToken(token: string, { askedAt, latestAt }: ExpiryRules): number {
  const endsAt = jwtExpiresAt(token)
  if (endsAt === undefined) return latestAt
  return tightened(endsAt, { askedAt, latestAt })
}

/** Tightened by what a look at the key shows. @throws {MintError} where it shows no end. */
export function expiryOfView(answer: ApiAnswer, field: string, rules: ExpiryRules): number {
  const shown = contentOf(accepted(answer, rules.askedAt))[field]
  const endsAt = typeof shown === 'string' ? Date.parse(shown) : Number.NaN
  if (Number.isNaN(endsAt))
    throw invalid(
      answer,
      'without a readable expiration, so the key might live for ever; check expirationField of view',
    )
  return tightened(endsAt, rules)
}

/** Epoch milliseconds of a login's end, where its answer says so. */
export function endOfLogin(token: string, { expiration }: Fields): number | undefined {
  const said = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN
  const ends = [said, jwtExpiresAt(token) ?? Number.NaN].filter((end) => !Number.isNaN(end))
  return ends.length === 0 ? undefined : Math.min(...ends)
}

function tightened(endsAt: number, { askedAt, latestAt }: ExpiryRules): number {
  if (endsAt <= askedAt)
    throw new MintError(
      'upstream_invalid',
      "walt.id made an API key that is over already; check this server's clock",
    )
  if (endsAt > latestAt + CLOCK_TOLERANCE_MS)
    throw new MintError(
      'upstream_invalid',
      `walt.id made an API key that lives ${seconds(endsAt - askedAt)} s where ${seconds(latestAt - askedAt)} s were asked for; check this server's clock, and what release of walt.id reads expiration otherwise`,
    )
  return Math.min(endsAt, latestAt)
}

function contentOf(answer: ApiAnswer): Fields {
  const content = fieldsOf(answer.text)
  if (content !== undefined) return content
  throw invalid(answer, 'with what is not JSON; check orgBaseUrl, and what stands before walt.id')
}

function invalid({ status, step }: ApiAnswer, what: string): MintError {
  return new MintError('upstream_invalid', `walt.id answered ${status} to ${wordsOf(step)} ${what}`)
}

function seconds(ms: number): number {
  return Math.round(ms / 1000)
}
