'use client'
/** What the present token of an audience says of itself, read when it is asked for. */
import { isTokenError, type TokenClient } from '@valetkey/client'
import { jwtDecode } from 'jwt-decode'
import { type ReactElement, useState } from 'react'
import { useTokenClient } from '../use-token-client.ts'

/** Three parts with dots between: a token in a claim is still a token. */
const TOKEN = /^[\w-]{8,}\.[\w-]{8,}\.[\w-]*$/

/**
 * Takes the token from the client for a moment, by the button alone, and shows its claims without the
 * signature: nobody can call a vault with those.
 */
export function Claims({ audience }: { audience: string }): ReactElement {
  const client: TokenClient = useTokenClient()
  const [shown, setShown] = useState<string>()
  return (
    <div>
      <button
        type="button"
        onClick={() =>
          void client
            .getToken(audience)
            .then(({ value }) => claimsIn(value), sayWhy)
            .then(setShown)
        }
      >
        Claims of {audience}
      </button>
      <output>{shown !== undefined && <code className="vk-claims">{shown}</code>}</output>
    </div>
  )
}

function claimsIn(token: string): string {
  try {
    const hideTokens = (_: string, value: unknown): unknown =>
      typeof value === 'string' && TOKEN.test(value) ? '…' : value
    return JSON.stringify(jwtDecode(token), hideTokens, 2)
  } catch {
    return 'It is no JWT, so it has no claims that could be read.'
  }
}

function sayWhy(error: unknown): string {
  if (!isTokenError(error)) return 'There is no token to read.'
  return error.code === 'token_withheld'
    ? 'The broker keeps this token.'
    : `There is no token to read: ${error.code}.`
}
