/** Makes NUCs, the tokens of today's nodes: an invocation, after a delegation to itself where a policy limits it. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Capability } from './capability.ts'
import { didKeyOf } from './did-key.ts'
import { encodedHeader, signCompact } from './es256k.ts'
import type { JwsSigner } from './signers.ts'

const HEADER = encodedHeader({ typ: 'nuc', alg: 'ES256K', ver: '1.0.0' })

export interface NucFacts {
  signer: JwsSigner
  /** The node, by its `did:key`. */
  audience: string
  capability: Capability
  /** Seconds since the epoch. */
  exp: number
  /** Hexadecimal. @default 32 random digits for each segment */
  nonce?: string
  signal?: AbortSignal
}

/**
 * The envelope to send. Nodes refuse every claim they do not know, allow clocks no difference, and look at
 * policies of delegations alone; so there is no `iat`, no `nbf`, and a limit costs a second segment. Nobody
 * but the holder of the key can use that one by itself.
 */
export async function signNuc(facts: NucFacts): Promise<string> {
  const { signer, audience, exp, capability, signal } = facts
  const { command, policy } = capability
  const builder = didKeyOf(signer.publicKey)
  const sign = async (claims: Readonly<Record<string, unknown>>): Promise<string> =>
    signCompact({ header: HEADER, claims }, signer, signal)
  const claimsFor = (aud: string, content: object, prf: readonly string[]) => ({
    iss: builder,
    aud,
    sub: builder,
    cmd: command,
    ...content,
    exp,
    nonce: facts.nonce ?? crypto.randomUUID().replaceAll('-', ''),
    prf,
  })
  if (!policy) return sign(claimsFor(audience, { args: {} }, []))
  const delegation = await sign(claimsFor(builder, { pol: policy }, []))
  const invocation = await sign(claimsFor(audience, { args: {} }, [nucHashOf(delegation)]))
  return `${invocation}/${delegation}`
}

/** By this a token is named in proofs and revocations: the SHA-256 of its first segment, hexadecimal. */
export function nucHashOf(envelope: string): string {
  const [segment = ''] = envelope.split('/')
  return bytesToHex(sha256(utf8ToBytes(segment)))
}
