/** Signs compact tokens with ES256K (RFC 8812), always with the low one of the two signatures. */
import type { JwsSigner } from './signers.ts'

const JWT_HEADER = encodedHeader({ typ: 'JWT', alg: 'ES256K' })

type Claims = Readonly<Record<string, unknown>>

/** The JWT of `claims`, signed. Claims stand in the token in the order given. */
export async function signJwt(
  claims: Claims,
  signer: JwsSigner,
  signal?: AbortSignal,
): Promise<string> {
  return signCompact({ header: JWT_HEADER, claims }, signer, signal)
}

/** The same under any header, made once with `encodedHeader`. */
export async function signCompact(
  { header, claims }: { header: string; claims: Claims },
  signer: JwsSigner,
  signal?: AbortSignal,
): Promise<string> {
  const input = `${header}.${base64urlOf(bytesOf(JSON.stringify(claims)))}`
  const signature = await signer.sign(bytesOf(input), signal)
  return `${input}.${base64urlOf(signature)}`
}

export function encodedHeader(header: Claims): string {
  return base64urlOf(bytesOf(JSON.stringify(header)))
}

/** By `Buffer` where there is one, here and below: it is many times faster, and these run for every token. */
function bytesOf(text: string): Uint8Array {
  return globalThis.Buffer ? Buffer.from(text) : new TextEncoder().encode(text)
}

function base64urlOf(bytes: Uint8Array): string {
  if (globalThis.Buffer)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
