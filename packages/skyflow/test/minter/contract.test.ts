import { describeMinter } from '@valetkey/broker/testing'
import { startSandbox } from '@valetkey/sandbox'
import { afterAll, describe, it } from 'vitest'
import { skyflow } from '../../src/minter/index.ts'
import { credentialsFor, envelope, json, secrets, secretsOf, serverThat } from '../setup.ts'

const sandbox = await startSandbox()
afterAll(() => sandbox.close())
const { credentials, vaultUrl, roleId } = sandbox.skyflow

const all = {
  create: () => skyflow({ credentials, vaultUrl }),
  secrets: secretsOf(credentials.privateKey),
}
describeMinter({ describe, it, name: 'skyflow, all roles', ...all })

describeMinter({
  describe,
  it,
  name: 'skyflow, roles and context of the user',
  create: () => skyflow({ credentials, vaultUrl, roles: () => [roleId], context: true }),
  request: { context: { user_id: 'alice' } },
  secrets: all.secrets,
})

describeMinter({
  describe,
  it,
  name: 'skyflow, refused',
  ...all,
  async createBroken() {
    const { url } = await serverThat(json(401, envelope(401, 'no')))
    return skyflow({ credentials: credentialsFor(url), vaultUrl })
  },
  secrets,
})
