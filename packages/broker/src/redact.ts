/** Cuts out of an error's words what looks like a secret, before a logger sees them. */

const CUTS: readonly RegExp[] = [
  /-----BEGIN [\s\S]*?(?:-----END [^-]*-----|$)/g,
  /\b(?:bearer|basic)\s+[^\s"',;]+/gi,
  // `{ "secretKey": "…" }`, `api_key=…`, `Set-Cookie: …`
  /\b[\w-]*(?:secret|password|passwd|token|cookie|authorization|api-?_?key|private-?_?key)[\w-]*["']?\s*[:=]\s*["']?[^\s"',;&}]+/gi,
  // JWTs, base64, hex keys
  /[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /[A-Za-z0-9+/_-]{40,}={0,2}/g,
  /[A-Za-z0-9_-]{24,}/g,
]
const MAX_LENGTH = 500

/** `text` with every run that could be a key, a token or a cookie replaced. */
export function redact(text: string): string {
  return shortened(CUTS.reduce((rest, pattern) => rest.replace(pattern, '[redacted]'), text))
}

function shortened(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

/** An error in words for a log: names and messages along the chain of causes, no stacks, no fields. */
export function describeError(error: unknown): string {
  const words: string[] = []
  for (let link = error, depth = 0; link !== undefined && depth < 4; depth += 1) {
    // Apart, lest a name that ends in `Token` be taken for a label, and the message's first word for a token.
    words.push(
      link instanceof Error
        ? `${redact(link.name)}: ${redact(link.message)}`
        : `a thrown ${typeof link}`,
    )
    link = link instanceof Error ? link.cause : undefined
  }
  return shortened(words.join(' ← '))
}
