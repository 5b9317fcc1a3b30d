/** Makes tokens of today's API with the vendor's own library, for the tests. */
import { Builder, Did, type PolicyRule, Signer } from '@nillion/nuc'
import type { Identity } from '../src/secretvault/identity.ts'
import { nodeIdentity, orgIdentity, strangerIdentity } from './open-node.ts'

export const builder: Signer = Signer.fromPrivateKey(orgIdentity.secretKey)
export const stranger: Signer = Signer.fromPrivateKey(strangerIdentity.secretKey)

export interface TokenOptions {
  signer?: Signer
  subject?: string
  audience?: string
  command?: string
  expiresInMs?: number
  notBeforeMs?: number
}

/** A token that the builder signed for the node of the tests, good for a minute and for everything. */
export function mintNuc(options: TokenOptions = {}): Promise<string> {
  const { signer = builder, subject = didOf(signer), audience = nodeIdentity.didKey } = options
  const { command = '/nil/db', expiresInMs = 60_000, notBeforeMs } = options
  const invocation = Builder.invocation()
    .subject(Did.parse(subject))
    .audience(Did.parse(audience))
    .command(command)
    .expiresIn(expiresInMs)
  if (notBeforeMs !== undefined) invocation.notBefore(notBeforeMs)
  return invocation.signAndSerialize(signer)
}

/** A delegation of the builder to another key. */
export function delegate(
  to: Identity,
  { command = '/nil/db', policy = [] }: { command?: string; policy?: PolicyRule[] } = {},
): Promise<string> {
  return Builder.delegation()
    .subject(Did.parse(orgIdentity.didKey))
    .audience(Did.parse(to.didKey))
    .command(command)
    .policy(policy)
    .expiresIn(60_000)
    .signAndSerialize(builder)
}

/** What the one it was delegated to makes of a delegation. */
export function invoke(delegation: string, by: Identity, command?: string): Promise<string> {
  const invocation = Builder.invocationFromString(delegation)
    .audience(Did.parse(nodeIdentity.didKey))
    .expiresIn(30_000)
  if (command !== undefined) invocation.command(command)
  return invocation.signAndSerialize(Signer.fromPrivateKey(by.secretKey))
}

function didOf(signer: Signer): string {
  return signer === stranger ? strangerIdentity.didKey : orgIdentity.didKey
}
