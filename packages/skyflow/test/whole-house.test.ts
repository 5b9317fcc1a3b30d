import { isTokenError } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import { skyflowBearer } from '../src/index.ts'
import { rejectionOf } from './setup.ts'
import { createWorld, proxied, type World } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const HOUR_SECONDS = 3_600

async function claimsOf({ clientOf }: World, user: string): Promise<Record<string, unknown>> {
  const bearer = await skyflowBearer(clientOf(user), 'patients')()
  return JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString())
}

describe('the bearers of two users', () => {
  it('are one and the same where nothing in them depends on the user', async () => {
    const world = await createWorld()
    const [alice, bob] = [await claimsOf(world, 'alice'), await claimsOf(world, 'bob')]
    expect(alice).toEqual(bob)
    expect(world.vaultRequests('/token')).toBe(1)
  })

  it('carry the context of each, from the login alone', async () => {
    const world = await createWorld({ minter: { context: true } })
    const users = ['alice', 'bob', 'alice']
    const claims = await Promise.all(users.map((user) => claimsOf(world, user)))
    expect(claims.map(({ ctx }) => ctx)).toEqual(users.map((user) => ({ user_id: user })))
    expect(world.vaultRequests('/token')).toBe(2)
  })

  it('carry the roles of each', async () => {
    const sandbox = { seed: 'roles by user' }
    const { roleId, maskedRoleId } = (await createWorld({ sandbox })).sandbox.skyflow
    const world = await createWorld({
      sandbox,
      minter: { roles: ({ subject }) => [subject === 'alice' ? roleId : maskedRoleId] },
    })
    expect((await claimsOf(world, 'alice')).scp).toEqual([`role:${roleId}`])
    expect((await claimsOf(world, 'bob')).scp).toEqual([`role:${maskedRoleId}`])
  })
})

describe('a login that ends before an hour is over', () => {
  const loginEndsAt = () => Date.now() + 10 * MINUTE_MS

  it('shortens the bearer, where Skyflow heeds what is asked for', async () => {
    const endsAt = loginEndsAt()
    const world = await createWorld({ loginEndsAt: endsAt })
    const { exp } = await claimsOf(world, 'alice')
    expect(Math.abs(Number(exp) * 1000 - endsAt)).toBeLessThan(2_000)
  })

  describe('where Skyflow gives an hour whatever is asked for', () => {
    const sandbox = { bearerLifetime: HOUR_SECONDS }
    const minter = { minLifetimeMs: HOUR_MS }

    it('gets none, unless the broker is told', async () => {
      for (const [told, code] of [
        [{}, 'upstream_invalid'] as const,
        [minter, 'invalid_target'] as const,
      ]) {
        const world = await createWorld({ sandbox, minter: told, loginEndsAt: loginEndsAt() })
        const error = await rejectionOf(world.client.getToken('patients'))
        expect(isTokenError(error) && error.code).toBe(code)
        expect(world.vaultRequests('/token')).toBe(told === minter ? 0 : 1)
      }
    })

    it('gets one that outlives it, where that is allowed', async () => {
      const audience = { allowOutliving: true }
      const endsAt = loginEndsAt()
      const world = await createWorld({ sandbox, minter, audience, loginEndsAt: endsAt })
      const { expiresAt } = await world.client.getToken('patients')
      expect(expiresAt).toBeLessThanOrEqual(endsAt + 1_000)
    })

    it('goes on through the proxy', async () => {
      const options = { sandbox, minter, audience: proxied, loginEndsAt: loginEndsAt() }
      const { vault } = await createWorld(options)
      expect(await vault.insert('patients', { patient_id: 'P-1' })).toHaveProperty('id')
    })
  })
})
