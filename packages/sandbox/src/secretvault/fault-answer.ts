/** The answer a SecretVault node gives with a status that a fault asks for. */
import { STATUS_CODES } from 'node:http'

export function faultAnswer(status: number, nowMs: number): Response {
  if (status === 402) {
    const ts = new Date(nowMs).toISOString()
    return Response.json({ ts, errors: ['Subscription inactive'] }, { status })
  }
  const reason = STATUS_CODES[status] ?? 'Error'
  const text = status === 404 ? `404 ${reason}` : reason
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=UTF-8' } })
}
