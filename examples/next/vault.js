/** A vault of ours, so that the example runs without an account anywhere: it sells tokens, and shows a card for one. */

// The same in all modules of one process, which Next loads more than once.
const sold = (globalThis.exampleTokens ??= new Map())
const LIFETIME_MS = 60_000

/** In your app: `skyflow({ credentials: './credentials.json', vaultUrl })` or `secretvault({ cluster })`. */
export function vaultMinter() {
  return {
    name: 'example-vault',
    shareable: false,
    limits: { defaultLifetimeMs: LIFETIME_MS, maxLifetimeMs: LIFETIME_MS },
    async mint({ lifetimeMs }) {
      const value = crypto.randomUUID()
      const expiresAt = Date.now() + lifetimeMs
      sold.set(value, expiresAt)
      const resource = `http://127.0.0.1:${process.env.PORT ?? 3000}/vault/`
      return { value, expiresAt, resource }
    },
  }
}

/** What the vault answers: a card, or 401 to whoever has no token of its own that still lives. */
export function answer(request) {
  const [scheme, token] = (request.headers.get('Authorization') ?? '').split(' ')
  const isKnown = scheme === 'Bearer' && (sold.get(token) ?? 0) > Date.now()
  if (!isKnown) return Response.json({ error: 'invalid_token' }, { status: 401 })
  return Response.json({ holder: 'Ada Lovelace', issuer: 'Bank of Examples', last4: '4242' })
}
