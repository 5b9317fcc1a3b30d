import { describeMinter } from '@valetkey/broker/testing'
import { startSandbox } from '@valetkey/sandbox'
import { afterAll, describe, it } from 'vitest'
import { waltid } from '../../src/minter/index.ts'

const sandbox = await startSandbox({ nodes: 1 })
const withExp = await startSandbox({ nodes: 1, waltidTokenExp: true })
afterAll(() => Promise.all([sandbox.close(), withExp.close()]))

const { orgBaseUrl, organization, adminToken: token, login, roleId } = sandbox.waltid
const place = { orgBaseUrl, organization, roleId, lifetime: '15m' }
const secrets = [token, login.password]

describeMinter({
  describe,
  it,
  name: 'waltid, with a token',
  create: () => waltid({ ...place, token, view: true, delete: true }),
  createBroken: () => waltid({ ...place, token: `${token}x` }),
  secrets,
})

describeMinter({
  describe,
  it,
  name: 'waltid, with a login',
  create: () => waltid({ ...place, login, perSubject: true }),
  createBroken: () => waltid({ ...place, login: { ...login, password: `${login.password}x` } }),
  secrets,
})

describeMinter({
  describe,
  it,
  name: 'waltid, whose tokens say when they end',
  create() {
    const { waltid: other } = withExp
    return waltid({ ...place, orgBaseUrl: other.orgBaseUrl, token: other.adminToken })
  },
  secrets,
})
