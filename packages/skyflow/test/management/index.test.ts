import { inspect } from 'node:util'
import { startSandbox, type Sandbox } from '@valetkey/sandbox'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createSkyflowManagement,
  type SkyflowManagement,
  SkyflowManagementError,
  type SkyflowManagementOptions,
} from '../../src/management/index.ts'
import { html, json, rejectionOf, secretsOf, serverThat, truncated } from '../setup.ts'

const sandbox: Sandbox = await startSandbox({ nodes: 1 })
afterAll(() => sandbox.close())
beforeEach(() => sandbox.skyflowControl.reset())
const { accountId, credentials, vaultUrl, vaultId } = sandbox.skyflow

const managing = (options: Partial<SkyflowManagementOptions> = {}): SkyflowManagement =>
  createSkyflowManagement({ accountId, credentials, ...options })

/** The status of a call of the vault with a key. */
async function statusWith(key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` }
  return (await fetch(`${vaultUrl}/v1/vaults/${vaultId}/patients`, { headers })).status
}

describe('createSkyflowManagement', () => {
  it('makes an account with a key, and rotates, disables, enables, deletes keys', async () => {
    const management = managing()
    const { id, name, apiKey } = await management.createApiKeyAccount({ name: 'inserter' })
    expect(name).toBe('inserter')
    expect(await statusWith(apiKey.value)).toBe(200)

    const second = await management.createApiKey(id)
    expect(await management.apiKeys(id)).toEqual([
      { id: apiKey.id, isActive: true },
      { id: second.id, isActive: true },
    ])
    const rotated = await management.rotateApiKey(id, apiKey.id)
    expect(rotated.id).toBe(apiKey.id)
    expect(await statusWith(apiKey.value)).toBe(401)
    expect(await statusWith(rotated.value)).toBe(200)

    await management.disableApiKey(id, apiKey.id)
    expect(await statusWith(rotated.value)).toBe(401)
    expect((await management.apiKeys(id))[0]?.isActive).toBe(false)
    await management.enableApiKey(id, apiKey.id)
    expect(await statusWith(rotated.value)).toBe(200)

    await management.deleteApiKey(id, apiKey.id)
    expect(await statusWith(rotated.value)).toBe(401)
    expect(await statusWith(second.value)).toBe(200)
    await management.deleteServiceAccount(id)
    expect(await statusWith(second.value)).toBe(401)
    expect(await rejectionOf(management.apiKeys(id))).toMatchObject({ code: 'not_found' })
  })

  it('shows a key to those who ask for its value, and to no log', async () => {
    const { apiKey, id } = await managing().createApiKeyAccount({ name: 'inserter' })
    const printed = `${inspect(apiKey)} ${JSON.stringify(apiKey)} ${inspect({ ...apiKey })}`
    expect(apiKey.value).toMatch(/^sky-/)
    expect(printed).not.toContain('sky-')
    expect(printed).toContain(apiKey.id)
    expect(id).not.toBe(apiKey.id)
  })

  it('takes a bearer in place of credentials', async () => {
    const bearer = async () => 'not-good'
    const error = await rejectionOf(
      managing({ credentials: undefined as never, bearer, manageUrl: vaultUrl }).apiKeys('x'),
    )
    expect(error).toMatchObject({ code: 'unauthorized', status: 401 })
  })

  it.each<[string, Partial<SkyflowManagementOptions>, RegExp]>([
    ['no account', { accountId: '' }, /accountId must be/],
    ['two ways to sign in', { bearer: () => 'x' }, /must stand alone/],
    ['a foreign host', { manageUrl: 'https://evil.example' }, /manageUrl is on a host that is not/],
    ['no time', { deadlineMs: 0 }, /deadlineMs/],
    ['no credentials', { credentials: '{' }, /is not JSON|the text/],
  ])('with %s is not set up', (_, options, words) => {
    expect(() => managing(options)).toThrow(words)
  })
})

const redirect = json(302, {}, { location: 'https://evil.example' })

describe('a management call that fails', () => {
  it.each([
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [404, 'not_found', false],
    [429, 'rate_limited', true],
    [500, 'unavailable', true],
    [503, 'unavailable', true],
  ])('with %i is told by its code', async (status, code, retryable) => {
    sandbox.skyflowControl.fault({ status, path: '/v1/serviceAccounts*' })
    const error = await rejectionOf(managing().createApiKey('x'))
    expect(error).toMatchObject({ code, retryable, status, uncertain: status >= 500 })
    expect(error).toHaveProperty('requestId')
    // Skyflow names no Retry-After, so none is made up.
    expect(error).toHaveProperty('retryAfterMs', undefined)
  })

  it('for want of a bearer says what the token endpoint was unhappy with', async () => {
    sandbox.skyflowControl.fault({ status: 401, path: '/v1/auth/*' })
    const error = await rejectionOf(managing().apiKeys('x'))
    expect(error).toBeInstanceOf(SkyflowManagementError)
    expect(String(error)).toMatch(/No bearer for the management API.*token endpoint answered 401/)
  })

  it.each([
    ['a gateway’s page', html(200), 'malformed_answer'],
    ['a gateway’s refusal', html(502), 'unavailable'],
    ['a redirect', redirect, 'malformed_answer'],
    ['a body that breaks off', truncated, 'unreachable'],
    ['another shape', json(200, { apiKeyID: 'canary' }), 'malformed_answer'],
  ])('by %s says so and quotes nothing', async (_, answer, code) => {
    const { url } = await serverThat(answer)
    const bearer = () => 'canary-bearer'
    const management = createSkyflowManagement({ accountId, bearer, manageUrl: url })
    const error = await rejectionOf(management.createApiKey('x'))
    // A redirect is no doubt: nothing was carried out.
    expect(error).toMatchObject({ code, uncertain: answer !== redirect })
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })

  it('for want of an answer ends at its deadline', async () => {
    const { url } = await serverThat(() => {})
    const options = { accountId, bearer: () => 'x', manageUrl: url, deadlineMs: 50 }
    const error = await rejectionOf(createSkyflowManagement(options).apiKeys('x'))
    expect(error).toMatchObject({ code: 'timeout', uncertain: false })
  })

  it.each<[string, SkyflowManagementOptions['bearer'], string]>([
    ['throws', () => Promise.reject(new Error('down')), 'unauthorized'],
    ['never answers', () => new Promise(() => {}), 'timeout'],
  ])('since the bearer’s function %s is told so', async (_, bearer, code) => {
    const options = { accountId, bearer: bearer!, manageUrl: vaultUrl, deadlineMs: 50 }
    const error = await rejectionOf(createSkyflowManagement(options).apiKeys('x'))
    expect(error).toMatchObject({ name: 'SkyflowManagementError', code, uncertain: false })
  })

  it('is not sent for an ID that is none', async () => {
    const server = await serverThat(json(200, {}))
    const options = { accountId, bearer: () => 'x', manageUrl: server.url }
    const management = createSkyflowManagement(options)
    const bad = '../vaults'
    for (const attempt of [management.apiKeys(bad), management.deleteApiKey('x', bad)])
      expect(await rejectionOf(attempt)).toMatchObject({ code: 'invalid_request' })
    expect(server.calls()).toBe(0)
  })

  it('holds nothing of the credentials', async () => {
    sandbox.skyflowControl.fault({ status: 400, path: '/v1/*' })
    const text = inspect(await rejectionOf(managing().apiKeys('x')), { depth: 9 })
    for (const secret of secretsOf(credentials.privateKey)) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/eyJ/)
  })
})
