/** What the tests of the minter ask with, what they note. */
import type { MintRequest } from '@valetkey/broker'

export function requestFor(changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: 'wallet', lifetimeMs: 900_000, signal, ...changes }
}

interface Recorded {
  fetch: typeof fetch
  sent: { url: string; body: string }[]
  /** What came back, as text, in the order of the calls. */
  answers: () => Promise<string[]>
}

/** A `fetch` that notes what is sent, and what comes back. */
export function recorded(): Recorded {
  const sent: Recorded['sent'] = []
  const copies: Promise<string>[] = []
  return {
    sent,
    answers: () => Promise.all(copies),
    async fetch(input, init) {
      sent.push({
        url: new Request(input).url,
        body: typeof init?.body === 'string' ? init.body : '',
      })
      const response = await fetch(input, init)
      copies.push(response.clone().text())
      return response
    },
  }
}
