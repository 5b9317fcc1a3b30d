/** Lets adapters ask a broker for answers in parts, where they would only take a `Response` apart again. */
import type { Reply } from './response.ts'

type Fetch = (request: Request) => Promise<Response>
type Answer = (request: Request) => Promise<Reply>

const offered = new WeakMap<Fetch, Answer>()

export function offerReplies(fetch: Fetch, answer: Answer): void {
  offered.set(fetch, answer)
}

/** In parts where `fetch` is a broker's own and not a function around it. */
export function replyOf(fetch: Fetch, request: Request): Promise<Reply | Response> {
  return offered.get(fetch)?.(request) ?? fetch(request)
}
