/** A minter of ten lines, in place of a vendor's, so that the examples run without an account anywhere. */
import { SignJWT } from 'jose'

/** In your app: `skyflow({ credentials: './credentials.json', vaultUrl })` or `secretvault({ cluster })`. */
export function demoMinter() {
  const key = crypto.getRandomValues(new Uint8Array(32))
  return {
    name: 'demo',
    shareable: false,
    limits: { defaultLifetimeMs: 300_000, maxLifetimeMs: 3_600_000 },
    async mint({ audience, subject, lifetimeMs }) {
      // A JWT counts whole seconds: rounded down, so that it lives no longer than was granted.
      const expiresAt = Math.floor((Date.now() + lifetimeMs) / 1000) * 1000
      const token = new SignJWT({ aud: audience, sub: subject, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(expiresAt / 1000)
      return { value: await token.sign(key), expiresAt }
    },
  }
}
