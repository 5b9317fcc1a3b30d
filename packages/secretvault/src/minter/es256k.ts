/** Signs compact JWTs with ES256K (RFC 8812), always with the low one of the two signatures. */
import type { JwsSigner } from './signers.ts'

const UTF8 = new TextEncoder()
const HEADER = base64urlOf(UTF8.encode(JSON.stringify({ typ: 'JWT', alg: 'ES256K' })))

/** The compact form of `claims`, signed. Claims stand in the token in the order given. */
export async function signJwt(
  claims: Readonly<Record<string, unknown>>,
  signer: JwsSigner,
  signal?: AbortSignal,
): Promise<string> {
  const input = `${HEADER}.${base64urlOf(UTF8.encode(JSON.stringify(claims)))}`
  const signature = await signer.sign(UTF8.encode(input), signal)
  return `${input}.${base64urlOf(signature)}`
}

export function base64urlOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
