/** Tells what walt.id refuses: by the status first, since its words come as text and in two shapes of JSON. */
import { brokerRefusalIn, vaultRetryAfterMs } from '@valetkey/protocol'
import { fieldsOf } from './fields.ts'
import { WaltidError, type WaltidErrorCode } from './waltid-error.ts'

const BY_STATUS: Readonly<Record<number, WaltidErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  408: 'vault_timeout',
  429: 'rate_limited',
  502: 'vault_unavailable',
  503: 'vault_unavailable',
  504: 'vault_unavailable',
}
const FIRST_SERVER_ERROR = 500
const LONGEST_REASON = 300
const SECRETS = /\beyJ[\w-]+(\.[\w-]*)*|[\w-]{40,}/g

export interface Refusal {
  status: number
  headers: Headers
  text: string
}

export function refusalOf({ status, headers, text }: Refusal): WaltidError {
  const own = brokerRefusalIn(headers, fieldsOf(text))
  if (own) {
    const message = `The broker answered ${status} (${own.reason ?? 'no code'})`
    return new WaltidError('broker_refused', message, { status, ...own })
  }
  const code =
    BY_STATUS[status] ?? (status >= FIRST_SERVER_ERROR ? 'vault_error' : 'invalid_request')
  const isText = headers.get('content-type')?.startsWith('text/plain')
  const { message, id, type } = fieldsOf(text) ?? { message: isText ? text : undefined }
  const reason = typeof message === 'string' ? shown(message) : undefined
  const why = reason === undefined ? '' : `: ${reason.replace(/\.\s*$/, '')}`
  const exception = [id, type].find((name) => typeof name === 'string' && /^\w{1,60}$/.test(name))
  return new WaltidError(code, `walt.id answered ${status}${why}`, {
    status,
    reason,
    exception: typeof exception === 'string' ? exception : undefined,
    retryAfterMs: vaultRetryAfterMs(headers),
  })
}

function shown(words: string): string {
  return words.replaceAll(SECRETS, '…').slice(0, LONGEST_REASON)
}
