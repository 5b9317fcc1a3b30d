/** Writes Skyflow's error envelope. */
import { STATUS_CODES } from 'node:http'

/** The gRPC code that goes with a status (some seen in the vendor's clients, the rest by gRPC's own mapping). */
const GRPC_CODES: Record<number, number> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 6,
  429: 8,
  500: 13,
  501: 12,
  503: 14,
  504: 4,
}
const GRPC_INTERNAL = 13
const GRPC_UNKNOWN = 2

const FAULT_MESSAGES: Record<number, string> = {
  401: 'Authentication failed. Bearer token is invalid. Use a valid bearer token. See https://docs.skyflow.com/api-authentication/',
  429: 'Rate limit exceeded. Try again later.',
  503: 'Service unavailable. Try again later.',
}

export function errorAnswer(status: number, message: string): Response {
  const error = {
    grpc_code: GRPC_CODES[status] ?? (status < 500 ? GRPC_UNKNOWN : GRPC_INTERNAL),
    http_code: status,
    http_status: STATUS_CODES[status] ?? 'Error',
    message,
    details: [],
  }
  const headers = {
    'x-request-id': crypto.randomUUID(),
    'error-from-client': String(status < 500),
  }
  return Response.json({ error }, { status, headers })
}

/** The answer that a status has when a fault asks for it. */
export function faultAnswer(status: number): Response {
  return errorAnswer(status, FAULT_MESSAGES[status] ?? STATUS_CODES[status] ?? 'Error')
}
