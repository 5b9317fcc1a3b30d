/** The answer a SecretVault node gives with a status that a fault asks for. */
import { STATUS_CODES } from 'node:http'
import { isToday } from './eras.ts'
import { plainText } from './plain-text.ts'

export interface FaultAsked {
  status: number
  path: string
  nowMs: number
}

export function faultAnswer({ status, path, nowMs }: FaultAsked): Response {
  const ts = new Date(nowMs).toISOString()
  if (isToday(path)) {
    if (status === 503) return Response.json({ ts, errors: ['Node is in maintenance'] }, { status })
    // Not the words for an unknown path: a builder that is not registered.
    return plainText(STATUS_CODES[status] ?? 'Error', status)
  }
  if (status === 402) return Response.json({ ts, errors: ['Subscription inactive'] }, { status })
  const reason = STATUS_CODES[status] ?? 'Error'
  return plainText(status === 404 ? `404 ${reason}` : reason, status)
}
