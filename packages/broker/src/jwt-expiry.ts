/** Reads when a JWT says that it ends; the broker holds no key to verify it with. */

/** Epoch milliseconds of `exp` (RFC 7519, section 4.1.4), or `undefined` for any other text. */
export function jwtExpiresAt(value: string): number | undefined {
  const [header, payload, signature, ...more] = value.split('.')
  if (!header || !payload || signature === undefined || more.length > 0) return undefined
  try {
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    const claims: unknown = JSON.parse(text)
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined
  } catch {
    return undefined
  }
}
