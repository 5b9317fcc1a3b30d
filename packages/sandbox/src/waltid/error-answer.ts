/** Writes the answers of refusals. */
import { STATUS_CODES } from 'node:http'
import type { WaltidRefusal } from './errors.ts'

const LICENSE_INACTIVE = 'Enterprise API is unavailable because the license is not active'

export function errorAnswer(refusal: WaltidRefusal): Response {
  switch (refusal.kind) {
    case 'text':
      return textAnswer(refusal.status, refusal.text)
    case 'duplicate': {
      const { target } = refusal
      const message = `Duplicate target: ${target}`
      return Response.json(
        { type: 'DuplicateTarget', status: 409, message, target },
        { status: 409 },
      )
    }
    case 'exception': {
      const { status, reason, id, message } = refusal
      // The code is a text, the status the reason phrase: as the shared library writes them.
      const body = { exception: true, id, status: reason, code: String(status), message }
      return Response.json(body, { status })
    }
  }
}

/** The answer that a status has when a fault asks for it; 503 is that of a license that is not active. */
export function faultAnswer(status: number): Response {
  if (status === 401) return textAnswer(401, 'Unauthorized (InvalidCredentials)')
  if (status === 503) return textAnswer(503, LICENSE_INACTIVE)
  const reason = STATUS_CODES[status] ?? 'Error'
  return errorAnswer({ kind: 'exception', status, reason, id: 'FaultException', message: reason })
}

function textAnswer(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=UTF-8' } })
}
