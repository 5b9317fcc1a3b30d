/** Verifies today's tokens with the vendor's own library, as the real node does. */
import { createHash } from 'node:crypto'
import type { Envelope, ValidationOptions } from '@nillion/nuc'

/** Loaded with the first token: it takes longer than all else here together. */
const library = () => import('@nillion/nuc')

export type { Envelope }

export type NucRules = ValidationOptions

/** @throws for what is no token, or has a header or payload member that no token has. */
export async function decodeNuc(token: string): Promise<Envelope> {
  const { Codec } = await library()
  return Codec._unsafeDecodeBase64Url(token)
}

/** `good`; `foreign` where another than the root issuer began the chain; else `bad`. */
export type Verdict = 'good' | 'foreign' | 'bad'

export async function judgeNuc(envelope: Envelope, rules: NucRules): Promise<Verdict> {
  const { Validator } = await library()
  try {
    await Validator.validate(envelope, rules)
    return 'good'
  } catch (error) {
    const isForeign =
      error instanceof Error && error.message === Validator.ROOT_KEY_SIGNATURE_MISSING
    return isForeign ? 'foreign' : 'bad'
  }
}

/** Whether a token's command is the route's or one above it. */
export async function permits(granted: string, asked: string): Promise<boolean> {
  const { Payload } = await library()
  return Payload.isCommandAttenuationOf(asked, granted)
}

/** By these a token and its proofs are revoked: the SHA-256 of each segment, hex. */
export function hashesOf(token: string): string[] {
  return token.split('/').map((segment) => createHash('sha256').update(segment).digest('hex'))
}

/** Strictly, each segment ends, within the four weeks that the vendor's own builder allows. */
export function endsInTime({ nuc, proofs }: Envelope, nowMs: number): boolean {
  const latestSeconds = nowMs / 1000 + 28 * 86_400
  return [nuc, ...proofs].every(({ payload: { exp } }) => exp !== undefined && exp <= latestSeconds)
}
