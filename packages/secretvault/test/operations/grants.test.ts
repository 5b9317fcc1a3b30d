import { Signer } from '@nillion/nuc'
import { describe, expect, it } from 'vitest'
import type { Acl, SecretModes } from '../../src/index.ts'
import { nucMinter } from '../nuc-minter.ts'
import { createWorld, LOGIN_SCHEMA, rejectionOf, type World } from '../setup.ts'

const GRANT = '/v1/users/data/acl/grant'

/** A record that a user owns, with a second builder who may read it. */
async function createShared() {
  const world = await createWorld({ era: 'today', vault: { writeDeadlineMs: 1_500 } })
  const { vault, user, sandbox } = world
  const { id: collection } = await vault.createSchema({
    name: 'notes',
    schema: LOGIN_SCHEMA,
    type: 'owned',
  })
  const grantee = sandbox.secretvault.builderDid
  const acl: Acl = { grantee, read: true, write: true, execute: false }
  const records = [{ service: 'mail', password: 'hunter2' }]
  const secrets: SecretModes = { password: 'store' }
  const creation = { records, owner: user.did, acl, secrets }
  const { ids } = await vault.owned.create(collection, creation)
  const [document = ''] = ids
  return { world, mine: user.vault.owned, name: { collection, document }, secrets }
}

/** Another builder, known to all nodes. */
async function registerBuilder({ sandbox }: World): Promise<string> {
  const signer = Signer.generate()
  const did = (await signer.getDid()).didString
  const minter = nucMinter(sandbox, { signer })
  for (const { name: member, resource } of minter.members()) {
    const { signal } = new AbortController()
    const { value } = await minter.mint({ audience: member, member, lifetimeMs: 60_000, signal })
    const response = await fetch(`${resource}v1/builders/register`, {
      method: 'POST',
      headers: { authorization: `Bearer ${value}`, 'content-type': 'application/json' },
      body: JSON.stringify({ did, name: 'other' }),
    })
    expect(response.status).toBe(201)
  }
  return did
}

describe('a grant that does not reach all nodes', () => {
  it.each([
    ['refuses it', { status: 429, path: GRANT }],
    ['breaks after it has taken it', { status: 500, when: 'after', path: GRANT }],
    ['drops the connection after it has taken it', { drop: true, when: 'after', path: GRANT }],
  ] as const)('leaves what was granted before, and no more, if a node %s', async (_, fault) => {
    const { world, mine, name } = await createShared()
    const grantee = await registerBuilder(world)
    const narrow: Acl = { grantee, read: true, write: false, execute: false }
    await mine.grant({ ...name, acl: narrow })
    world.sandbox.nodes[1]?.fault({ ...fault, times: 1 })
    const error = await rejectionOf(mine.grant({ ...name, acl: { ...narrow, write: true } }))
    expect(error).toMatchObject({ code: 'write_failed', residue: [], uncertain: [] })
    const { records, incomplete } = await mine.read<{ _acl: Acl[] }>(name)
    expect(incomplete).toEqual([])
    expect(records[0]?._acl.filter((acl) => acl.grantee === grantee)).toEqual([narrow])
  })

  it('is not taken for undone where it may still land: an earlier one of the same builder tells nothing', async () => {
    const { world, mine, name } = await createShared()
    const grantee = await registerBuilder(world)
    const narrow: Acl = { grantee, read: true, write: false, execute: false }
    await mine.grant({ ...name, acl: narrow })
    world.sandbox.nodes[1]?.fault({ drop: true, path: GRANT, times: 1 })
    const error = await rejectionOf(mine.grant({ ...name, acl: { ...narrow, write: true } }))
    expect(error).toMatchObject({ code: 'write_incomplete', residue: [], uncertain: [{}] })
  })
})

describe('records that users own', () => {
  it('have secrets declared as those of a collection', async () => {
    const { world, mine, name, secrets } = await createShared()
    expect((await mine.read(name)).records).toMatchObject([{ password: 'hunter2' }])
    await mine.update({ ...name, update: { $set: { password: 'hunter3' } }, secrets })
    expect((await mine.read(name)).records).toMatchObject([{ password: 'hunter3' }])
    expect(JSON.stringify(await world.stored(name.collection))).not.toContain('hunter')
  })
})
