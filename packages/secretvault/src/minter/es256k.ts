/** Signs compact JWTs with ES256K (RFC 8812), always with the low one of the two signatures. */
import { sign } from 'node:crypto'
import { CURVE_ORDER, type SigningKey } from './signing-key.ts'

const HEADER = base64urlOf({ typ: 'JWT', alg: 'ES256K' })
const HALF_BYTES = 32

/** The compact form of `claims`, signed. Claims stand in the token in the order given. */
export function signJwt(claims: Readonly<Record<string, unknown>>, key: SigningKey): string {
  const input = `${HEADER}.${base64urlOf(claims)}`
  return `${input}.${Buffer.from(signatureOf(input, key)).toString('base64url')}`
}

/** 64 bytes, r then s, with s ≤ n/2. */
function signatureOf(input: string, { privateKey }: SigningKey): Uint8Array {
  const raw = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return toLowS(raw)
}

/** Of a signature's two valid forms, the one that strict verifiers take. OpenSSL gives either. */
export function toLowS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(HALF_BYTES)).toString('hex')}`)
  if (s <= CURVE_ORDER / 2n) return signature
  const low = (CURVE_ORDER - s).toString(16).padStart(HALF_BYTES * 2, '0')
  return Uint8Array.from([...signature.subarray(0, HALF_BYTES), ...Buffer.from(low, 'hex')])
}

function base64urlOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
