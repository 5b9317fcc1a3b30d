/** Turns a refusal of walt.id into the broker's words, with the mend. */
import { MintError, type MintErrorCode } from '@valetkey/broker'
import { retryAfterOf } from '@valetkey/broker/upstream'
import { type ApiAnswer, type Step, wordsOf } from './exchange.ts'
import { fieldsOf } from '../fields.ts'

const TIMED_OUT = new Set([408, 504])
const GATEWAY =
  'the answer is not of walt.id; check orgBaseUrl, and what gateway or login page stands before it'

/** What a status means, by what was asked. */
const ADVICE: Readonly<Record<number, Partial<Record<Step, string>> & { any: string }>> = {
  400: {
    any: 'walt.id did not take the request; check organization, roleId and the paths',
    create: 'walt.id did not take the request; check organization, createPath, and its release',
  },
  401: {
    any: 'the admin token is wrong, over or deleted; give a new one',
    login: 'check e-mail and password of the administrator',
  },
  403: {
    any: 'the administrator lacks a permission',
    create: 'the administrator lacks the permission create-apikey in this organization',
    assign: 'the administrator may not assign this role; give it the right to',
    view: 'the administrator may not view API keys; give it the right to, or leave out view',
    delete: 'the administrator may not delete API keys; give it the right to, or leave out delete',
  },
  404: {
    any: 'nothing is at this address; check orgBaseUrl, organization and the paths',
    assign: 'check that the role of roleId is there, and assignPath',
    view: 'check the path of view',
    delete: 'check the path of delete',
  },
}

/** The error of an answer whose status is not one of success. Quotes nothing of it but the name of its exception. */
export function refusalOf(answer: ApiAnswer, now: number): MintError {
  const { step, status, headers, text } = answer
  const about = `walt.id answered ${status} to ${wordsOf(step)}${exceptionOf(answer)}`
  const error = (code: MintErrorCode, advice: string) => new MintError(code, `${about}: ${advice}`)
  if (TIMED_OUT.has(status)) return error('upstream_timeout', 'it took too long')
  if (status === 503 && /license/i.test(text))
    return error('temporarily_unavailable', 'its license is not active; renew it, or install it')
  if (status === 429 || status >= 500)
    return new MintError('temporarily_unavailable', about, retryAfterOf(headers, now))
  if (status === 409)
    return error('temporarily_unavailable', 'the id of the new key is taken; the next has another')
  const advice = ADVICE[status]
  if (advice === undefined || !isOwnAnswer(answer)) return error('upstream_invalid', GATEWAY)
  const code = status === 400 ? 'upstream_invalid' : 'upstream_auth'
  return error(code, advice[step] ?? advice.any)
}

/** One of walt.id's two envelopes, or the plain text of its token check; no page of a gateway. */
function isOwnAnswer({ headers, text }: ApiAnswer): boolean {
  const type = headers.get('content-type') ?? ''
  return type.startsWith('text/plain') || fieldsOf(text) !== undefined || text === ''
}

/** For the log: which of walt.id's exceptions it was. */
function exceptionOf({ text }: ApiAnswer): string {
  const { id, type } = fieldsOf(text) ?? {}
  const name = typeof id === 'string' ? id : type
  return typeof name === 'string' && /^[A-Z][A-Za-z]{1,60}$/.test(name) ? ` (${name})` : ''
}
