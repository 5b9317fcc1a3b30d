import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allow, BrokerConfigError, createBroker, type Minter } from '@valetkey/broker'
import { isTokenError } from '@valetkey/client'
import { startSandbox } from '@valetkey/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { skyflow, SkyflowConfigError } from '../../src/minter/index.ts'
import { credentialsFor, rejectionOf, secrets } from '../setup.ts'
import { createWorld, proxied } from '../world.ts'
import { requestFor, vaultUrl } from './stage.ts'

/** In the form of a key, and of no account. */
const keyOf = (digit: string): string => ['sky', 'abc12', digit.repeat(32)].join('-')
const apiKey = keyOf('1')

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'api-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'key')
  writeFileSync(file, content)
  return file
}

describe('a minter of an API key', () => {
  it('gives the key for as long as is asked, the same for all', async () => {
    const clock = { now: () => 1_000 }
    const minter = skyflow({ apiKey, vaultUrl, clock })
    expect(await minter.mint(requestFor({ lifetimeMs: 60_000 }))).toEqual({
      value: apiKey,
      expiresAt: 61_000,
      resource: `${vaultUrl}/`,
    })
    expect(minter.shareable).toBe(true)
  })

  it('narrows nothing: a scope is refused', async () => {
    const minter = skyflow({ apiKey, vaultUrl })
    const error = await rejectionOf(minter.mint(requestFor({ scope: 'role:r1' })))
    expect(error).toMatchObject({ code: 'invalid_target' })
  })

  it.each([
    ['alone', `${apiKey}\n`],
    ['as Skyflow answered it', JSON.stringify({ clientID: 'c', apiKeyID: 'k', apiKey })],
  ])('reads it from a file, %s, and again when it changes', async (_, content) => {
    const file = fileWith(content)
    const minter = skyflow({ apiKey: { file }, vaultUrl })
    const before = minter.credentialVersion?.()
    expect((await minter.mint(requestFor())).value).toBe(apiKey)
    writeFileSync(file, keyOf('2'))
    await minter.reload?.()
    expect((await minter.mint(requestFor())).value).toBe(keyOf('2'))
    expect(minter.credentialVersion?.()).not.toBe(before)
  })

  it.each<[string, object, RegExp]>([
    ['another text', { apiKey: 'canary' }, /is no API key of Skyflow/],
    ['nothing', { apiKey: 7 }, /must be the API key as a text/],
    ['a file that is not there', { apiKey: { file: '/nowhere/canary' } }, /the file/],
    ['roles', { apiKey, roles: ['r1'] }, /roles is for accounts set to JWT bearer tokens/],
    ['a misspelt option', { apiKey, vaultHost: [] }, /vaultHosts/],
    ['a foreign vault', { apiKey, vaultUrl: 'https://evil.example' }, /vaultUrl is on a host/],
    [
      'the other kind of credentials beside it',
      { apiKey, credentials: credentialsFor(vaultUrl) },
      /apiKey stands beside credentials; an account authenticates in one way/,
    ],
    [
      'the other kind of credentials in its place',
      { apiKey: JSON.stringify(credentialsFor(vaultUrl)) },
      /set to JWT bearer tokens, which has no API key; give them as `credentials`/,
    ],
  ])('with %s is not set up, and the message holds no secret', (_, options, words) => {
    const attempt = () => skyflow({ vaultUrl, ...options } as never)
    expect(attempt).toThrow(words)
    expect(attempt).toThrow(SkyflowConfigError)
    expect(attempt).not.toThrow(apiKey)
    for (const secret of secrets) expect(attempt).not.toThrow(secret)
  })

  it('is only ever proxied, whatever the configuration says', () => {
    const minter = skyflow({ apiKey, vaultUrl })
    const brokerWith = (audience: object) => () =>
      createBroker({
        audiences: { cards: { minter, ...audience } },
        authenticate: () => null,
        authorize: () => false,
      })
    const allowed = { allow: [allow('POST', '/v1/vaults/:vault/:table')] }
    expect(brokerWith({ delivery: 'token' })).toThrow(/never done \(an API key never ends\)/)
    expect(brokerWith({ delivery: 'token', allowFullAuthority: true })).toThrow(BrokerConfigError)
    expect(brokerWith({})).toThrow(/needs to know which calls it forwards/)
    expect(brokerWith(allowed)).not.toThrow()
  })
})

describe('an account set to API keys', () => {
  const sandboxOf = async () => {
    const sandbox = await startSandbox({ nodes: 1 })
    onTestFinished(() => sandbox.close())
    return sandbox.skyflow
  }

  it('writes through the broker, and its key stays there', async () => {
    const world = await createWorld({
      audience: proxied,
      minterIn: ({ skyflow: own }) =>
        skyflow({ apiKey: own.apiKey.apiKey, vaultUrl: own.vaultUrl }),
    })
    expect(await world.vault.insert('patients', { patient_id: 'P-1' })).toHaveProperty('id')
    const error = await rejectionOf(world.client.getToken('patients'))
    expect(isTokenError(error) && error.code).toBe('token_withheld')
  })

  it('gets no bearer by its credentials, and is told why', async () => {
    const { apiKeyCredentials: credentials, vaultUrl: url } = await sandboxOf()
    const minter: Minter = skyflow({ credentials, vaultUrl: url })
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({
      code: 'upstream_auth',
      message: expect.stringMatching(
        /set to API keys and mints no bearer tokens; give its key as `apiKey`/,
      ),
    })
  })
})
