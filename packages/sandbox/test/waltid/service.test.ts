import { describe, expect, it, onTestFinished } from 'vitest'
import { type EmulatorControl, type SandboxOptions, startSandbox } from '../../src/index.ts'
import { createWaltidService } from '../../src/waltid/service.ts'

interface Answer {
  status: number
  body: unknown
  text: string
  assumption: string | null
}

interface Organization {
  call: (
    method: string,
    path: string,
    options?: { token?: string; body?: unknown },
  ) => Promise<Answer>
  /** As the administrator. */
  admin: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** The token of a new key with these roles. */
  keyWith: (expiration: string, ...roles: string[]) => Promise<string>
  roleId: string
  wallet: string
  control: EmulatorControl
}

let count = 0

async function open(options: SandboxOptions = {}): Promise<Organization> {
  const sandbox = await startSandbox({ nodes: 1, ...options })
  onTestFinished(() => sandbox.close())
  const { orgBaseUrl, adminToken, roleId, wallet } = sandbox.waltid
  const call: Organization['call'] = async (method, path, { token, body } = {}) => {
    const response = await fetch(orgBaseUrl + path, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    const assumption = response.headers.get('x-sandbox-assumption')
    return {
      status: response.status,
      text,
      body: isJson ? JSON.parse(text) : undefined,
      assumption,
    }
  }
  const admin: Organization['admin'] = (method, path, body) =>
    call(method, path, { token: adminToken, body })
  return {
    call,
    admin,
    async keyWith(expiration, ...roles) {
      const id = `acme.k${++count}`
      const created = await admin('POST', createPath(id), { name: 'k', expiration })
      for (const role of roles) await admin('POST', assignPath(role), { apikey: id })
      return (created.body as { token: string }).token
    },
    roleId,
    wallet,
    control: sandbox.waltidControl,
  }
}

const createPath = (id: string) => `/v1/${id}/apikeys-api/api-keys/create`
const assignPath = (role: string) => `/v1/acme.${role}/roles-api/roles/apikey/assign`
const keysPath = (wallet: string) => `/v2/${wallet}/wallet-service-api/keys`

describe('the emulated walt.id', () => {
  it('creates a key as documented, its token without exp', async () => {
    const { admin } = await open()
    const { body, status } = await admin('POST', createPath('acme.test1'), {
      name: 'test',
      expiration: '30d',
    })
    expect(status).toBe(201)
    expect(body).toEqual({ _id: 'acme.test1', name: 'test', token: expect.any(String) })
    const [header, claims] = (body as { token: string }).token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
    expect(header).toEqual({ alg: 'EdDSA' })
    expect(claims).toEqual({ sub: expect.any(String), session: `api-${claims.sub}` })
  })

  it('gives a key no right until a role is assigned, and then that of the role alone', async () => {
    const { call, keyWith, roleId, wallet } = await open()
    const bare = await call('GET', keysPath(wallet), { token: await keyWith('1h') })
    expect(bare.status).toBe(403)
    expect(bare.body).toMatchObject({ exception: true, code: '403', status: 'Forbidden' })
    const token = await keyWith('1h', roleId)
    const seen = await call('GET', keysPath(wallet), { token })
    expect(seen).toMatchObject({
      status: 200,
      body: [{ keyId: 'holder-1' }, { keyId: 'holder-2' }],
    })
    const more = await call('POST', createPath('acme.mine'), { token, body: { name: 'x' } })
    expect(more.status).toBe(403)
    const kms = '/v1/acme.tenant1.kms/resource-api/resources/list'
    expect((await call('GET', kms, { token })).status).toBe(403)
  })

  it('lets REMOVE win over ADD', async () => {
    const { call, admin, keyWith, roleId, wallet } = await open()
    const permissions = [{ target: 'acme', action: 'list-keys', operation: 'REMOVE' }]
    await admin('POST', '/v1/acme.no-keys/roles-api/roles/create', { name: 'n', permissions })
    const token = await keyWith('1h', roleId, 'no-keys')
    expect((await call('GET', keysPath(wallet), { token })).status).toBe(403)
    const dids = keysPath(wallet).replace(/keys$/, 'dids')
    expect((await call('GET', dids, { token })).status).toBe(200)
  })

  it('refuses a key from the millisecond of its expiry on', async () => {
    let now = 1_800_000_000_000
    const service = createWaltidService({
      organization: 'acme',
      seed: undefined,
      includeExp: false,
      conditions: { now: () => now, isRevoked: () => false },
    })
    const call = async (path: string, token: string, body?: object) =>
      service.fetch(
        new Request(`http://127.0.0.1${path}`, {
          headers: { authorization: `Bearer ${token}` },
          ...(body && { method: 'POST', body: JSON.stringify(body) }),
        }),
      )
    const { adminToken, roleId } = service
    const key = { name: 'k', expiration: '1h 30.340s' }
    const { token } = await (await call(createPath('acme.k'), adminToken, key)).json()
    await call(assignPath(roleId), adminToken, { apikey: 'acme.k' })
    now += 3_630_339
    expect((await call(keysPath('acme.tenant1.wallet'), token)).status).toBe(200)
    now += 1
    const late = await call(keysPath('acme.tenant1.wallet'), token)
    expect([late.status, await late.text()]).toEqual([401, 'Unauthorized (InvalidCredentials)'])
  })

  it('says in JSON that a token is past its own exp', async () => {
    const { call, keyWith, roleId, wallet, control } = await open({ waltidTokenExp: true })
    const token = await keyWith('10s', roleId)
    control.fault({ clockOffsetMs: 320_000 })
    const { status, body } = await call('GET', keysPath(wallet), { token })
    expect(status).toBe(401)
    expect(body).toEqual({
      exception: true,
      id: 'ExpiredTokenException',
      status: 'Unauthorized',
      code: '401',
      message: 'JWT Login Token expired since: 5m',
    })
  })

  it('refuses expirations that are no durations, or not finite and above zero', async () => {
    const { admin } = await open()
    for (const expiration of ['15 m', '1w', 'P1M', '', '0s', '-5h', 'Infinity', '1.5h 30m'])
      expect({
        expiration,
        ...(await admin('POST', createPath('acme.x'), { name: 'x', expiration })),
      }).toMatchObject({
        expiration,
        status: 400,
        body: { id: 'IllegalArgumentException', code: '400' },
      })
  })

  it('answers 409 in its other envelope to an id that is taken', async () => {
    const { admin } = await open()
    await admin('POST', createPath('acme.twice'), { name: 'x' })
    expect(await admin('POST', createPath('acme.twice'), { name: 'x' })).toMatchObject({
      status: 409,
      body: { type: 'DuplicateTarget', status: 409, target: 'acme.twice' },
    })
  })

  it('answers a missing or foreign token in plain text, a wrong login in JSON', async () => {
    const { call, wallet } = await open()
    expect(await call('GET', keysPath(wallet))).toMatchObject({
      status: 401,
      text: 'Unauthorized (NoCredentials)',
    })
    const foreign = await (await open()).keyWith('1h')
    expect(await call('GET', keysPath(wallet), { token: foreign })).toMatchObject({
      status: 401,
      text: 'Unauthorized (InvalidCredentials)',
    })
    const body = { email: 'admin@example.org', password: 'wrong' }
    expect(await call('POST', '/auth/account/emailpass', { body })).toMatchObject({
      status: 401,
      body: { id: 'InvalidCredentialsException' },
    })
  })

  it('says that the license is not active, and that it lives', async () => {
    const { call, control, wallet } = await open()
    control.fault({ status: 503, path: '/v*' })
    expect(await call('GET', keysPath(wallet))).toMatchObject({
      status: 503,
      text: 'Enterprise API is unavailable because the license is not active',
    })
    expect((await call('GET', '/livez')).status).toBe(200)
  })

  it('forgets keys that were made when it is reset, the first ones never', async () => {
    const { call, admin, keyWith, roleId, wallet, control } = await open()
    const token = await keyWith('1h', roleId)
    control.reset()
    expect((await call('GET', keysPath(wallet), { token })).status).toBe(401)
    expect((await admin('GET', keysPath(wallet))).status).toBe(200)
  })
})
