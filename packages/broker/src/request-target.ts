/** Remembers how a request's target was spelled on the wire, before anything parsed it. */

const spelled = new WeakMap<Request, string>()

/** For adapters: `new Request` resolves dot segments, a `\` and more, so that nobody can see them later. */
export function rememberTarget(request: Request, target: string): void {
  spelled.set(request, target)
}

/**
 * The path with the query as they were sent, else as `request.url` has them. What is judged is what is
 * forwarded, so nothing slips by in either case; the spelling on the wire only lets more be refused.
 */
export function targetOf(request: Request): string {
  const target = spelled.get(request)
  if (target !== undefined) return target
  const url = URL.parse(request.url)
  return url ? `${url.pathname}${url.search}` : ''
}
