/** Mints tokens of today's nodes with the vendor's own library, for tests of the vault client alone. */
import { Builder, Did, Signer } from '@nillion/nuc'
import type { GroupMinter } from '@valetkey/broker'
import type { Sandbox } from '@valetkey/sandbox'

export interface NucMinterOptions {
  signer: Signer
  command?: string
  lifetimeMs?: number
  clock?: { now(): number }
}

/** One invocation per node, signed by a builder or by a user. */
export function nucMinter(
  { secretvault: { nodes } }: Pick<Sandbox, 'secretvault'>,
  { signer, command = '/nil/db', lifetimeMs: life = 60_000, clock = Date }: NucMinterOptions,
): GroupMinter {
  const members = nodes.map(({ didKey, url }) => ({ name: didKey, resource: `${url}/` }))
  return {
    name: 'nuc',
    shareable: true,
    limits: { defaultLifetimeMs: life, maxLifetimeMs: life },
    members: () => members,
    async mint({ member = '', lifetimeMs }) {
      const expiresAt = Math.floor((clock.now() + lifetimeMs) / 1_000) * 1_000
      const value = await Builder.invocation()
        .subject(await signer.getDid())
        .audience(Did.parse(member))
        .command(command)
        .expiresAt(expiresAt)
        .signAndSerialize(signer)
      const resource = members.find(({ name }) => name === member)?.resource ?? ''
      return { value, expiresAt, resource }
    },
  }
}

/** The sandbox's own organization. */
export function builderOf({ secretvault: { secretKey } }: Pick<Sandbox, 'secretvault'>): Signer {
  return Signer.fromPrivateKey(secretKey)
}
