/** The ES256K test vectors, typed. Their keys are dummies. */
import { readFileSync } from 'node:fs'

interface Identity {
  privateKeyHex: string
  publicKeyCompressedHex: string
  publicKeyUncompressedHex: string
  didNilTestnet: string
  didKey: string
}

export interface Vector {
  id: string
  format: 'jwt' | 'nuc'
  input: { header: Record<string, unknown>; payload: Record<string, unknown> }
  expected: {
    headerBase64url: string
    payloadBase64url: string
    signatureHex: string
    token: string
  }
  variants?: { id: string; signatureBase64url: string; token: string }[]
}

export const vectors: { keys: Record<'org' | 'node', Identity>; vectors: Vector[] } = JSON.parse(
  readFileSync(new URL('./es256k.json', import.meta.url), 'utf8'),
)

/** Era 1 only: the seed's tokens. */
export const jwtVectors: Vector[] = vectors.vectors.filter(({ format }) => format === 'jwt')
