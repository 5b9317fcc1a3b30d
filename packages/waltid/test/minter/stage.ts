/** What the tests of the minter ask with, what they note. */
import type { MintRequest } from '@valetkey/broker'

export function requestFor(changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: 'wallet', lifetimeMs: 900_000, signal, ...changes }
}

/** A `fetch` that notes what is sent. */
export function recorded(): { fetch: typeof fetch; sent: { url: string; body: string }[] } {
  const sent: { url: string; body: string }[] = []
  return {
    sent,
    fetch(input, init) {
      sent.push({
        url: new Request(input).url,
        body: typeof init?.body === 'string' ? init.body : '',
      })
      return fetch(input, init)
    },
  }
}
