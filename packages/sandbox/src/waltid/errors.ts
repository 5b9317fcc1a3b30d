/** The errors that walt.id's servers answer: one envelope, another for duplicates, plain text for a bad token. */

/** How a refusal is told. */
export type WaltidRefusal =
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  | {
      readonly kind: 'exception'
      readonly status: number
      readonly reason: string
      readonly id: string
      readonly message: string
    }
  | { readonly kind: 'duplicate'; readonly target: string }

export class WaltidError extends Error {
  override readonly name = 'WaltidError'
  readonly refusal: WaltidRefusal

  constructor(refusal: WaltidRefusal) {
    super(refusal.kind === 'exception' ? refusal.message : refusal.kind)
    this.refusal = refusal
  }
}

export function noCredentials(): WaltidError {
  return new WaltidError({ kind: 'text', status: 401, text: 'Unauthorized (NoCredentials)' })
}

export function invalidCredentials(): WaltidError {
  return new WaltidError({ kind: 'text', status: 401, text: 'Unauthorized (InvalidCredentials)' })
}

/** Of a token past its own `exp`. */
export function expiredToken(agoMs: number): WaltidError {
  const minutes = Math.floor(agoMs / 60_000)
  return exception(401, {
    id: 'ExpiredTokenException',
    message: `JWT Login Token expired since: ${minutes === 0 ? `${Math.floor(agoMs / 1000)}s` : `${minutes}m`}`,
  })
}

export function wrongLogin(): WaltidError {
  return exception(401, { id: 'InvalidCredentialsException', message: 'Invalid credentials' })
}

export function missingPermission(action: string, target: string): WaltidError {
  return exception(403, {
    id: 'ForbiddenException',
    message: `Missing permission "${action}" on "${target}"`,
  })
}

export function badRequest(message: string): WaltidError {
  return exception(400, { id: 'BadRequestException', message })
}

export function illegalArgument(message: string): WaltidError {
  return exception(400, { id: 'IllegalArgumentException', message })
}

export function notFound(target: string): WaltidError {
  return exception(404, { id: 'NotFoundException', message: `Not found: ${target}` })
}

export function duplicateTarget(target: string): WaltidError {
  return new WaltidError({ kind: 'duplicate', target })
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
}

function exception(status: number, words: { id: string; message: string }): WaltidError {
  const reason = REASONS[status] ?? 'Internal Server Error'
  return new WaltidError({ kind: 'exception', status, reason, ...words })
}
