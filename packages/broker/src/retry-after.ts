/** Reads how long an upstream wants to be left alone. */

/**
 * The option of a `MintError`, from the header `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3);
 * empty where there is none ahead of `now`, in epoch milliseconds.
 */
export function retryAfterOf(headers: Headers | undefined, now: number): { retryAfterMs?: number } {
  const text = headers?.get('retry-after')?.trim() ?? ''
  const retryAfterMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return retryAfterMs > 0 ? { retryAfterMs } : {}
}
