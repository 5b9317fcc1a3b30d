import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { skyflow, SkyflowConfigError, type SkyflowMinterOptions } from '../../src/minter/index.ts'
import { credentialsFor, rsaPem, secrets } from '../setup.ts'

const TOKEN_URI = 'https://manage.skyflowapis.com/v1/auth/sa/oauth/token'
const vaultUrl = 'https://abc1.vault.skyflowapis.com'
const credentials = credentialsFor(TOKEN_URI)
const folder = mkdtempSync(join(tmpdir(), 'skyflow-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileWith = (text: string): string => {
  const path = join(folder, `${crypto.randomUUID()}.json`)
  writeFileSync(path, text)
  return path
}

function errorOf(options: Partial<SkyflowMinterOptions> | object): SkyflowConfigError {
  try {
    skyflow({ credentials, vaultUrl, ...options })
  } catch (error) {
    if (error instanceof SkyflowConfigError) return error
    throw error
  }
  throw new Error('It was taken')
}

const faultsOf = (options: Partial<SkyflowMinterOptions> | object) =>
  Object.fromEntries(errorOf(options).faults.map(({ field, fault }) => [field, fault]))

describe('credentials of a service account', () => {
  const { clientID, keyID, tokenURI, privateKey } = credentials
  it.each<[string, SkyflowMinterOptions['credentials'] | object]>([
    ['by path', fileWith(JSON.stringify(credentials))],
    ['by file URL', pathToFileURL(fileWith(JSON.stringify(credentials)))],
    ['as an object', credentials],
    ['as text', JSON.stringify(credentials)],
    [
      'as skyflow-node 2 spells them',
      { clientId: clientID, keyId: keyID, tokenUri: tokenURI, privateKey },
    ],
    [
      'as skyflow-python spells them',
      { client_id: clientID, key_id: keyID, token_uri: tokenURI, private_key: privateKey },
    ],
  ])('are taken %s', (_, given) => {
    expect(skyflow({ credentials: given as never, vaultUrl })).toMatchObject({ name: 'skyflow' })
  })

  it.each([
    ['clientID', { clientID: undefined }, /is missing/],
    ['clientID', { clientID: 'two words' }, /without spaces/],
    ['keyID', { keyID: 7 }, /must be a text/],
    ['tokenURI', { tokenURI: undefined }, /is missing; give an address such as https:\/\/manage/],
    ['tokenURI', { tokenURI: 'manage.skyflowapis.com' }, /absolute URL/],
    ['privateKey', { privateKey: undefined }, /is missing/],
    ['privateKey', { privateKey: rsaPem(1024) }, /1024 bits/],
  ])('are refused for a wrong %s: %o', (field, change, fault) => {
    expect(faultsOf({ credentials: { ...credentials, ...change } })).toEqual({
      [field]: expect.stringMatching(fault),
    })
  })

  it('are refused with all faults at once', () => {
    const faults = faultsOf({ credentials: {}, vaultUrl: undefined, roles: [], lifetimeMs: 1 })
    expect(Object.keys(faults).toSorted()).toEqual([
      'clientID',
      'keyID',
      'lifetimeMs',
      'privateKey',
      'roles',
      'tokenURI',
      'vaultUrl',
    ])
  })

  it.each([
    ['clientID', { clientIDs: clientID }, /missing \(clientIDs is there: is it meant by that\?\)/],
    ['privateKey', { privatKey: privateKey }, /privatKey is there/],
  ])('show where %s was misspelt', (field, misspelt, fault) => {
    const given = { ...credentials, [field]: undefined, ...misspelt }
    expect(faultsOf({ credentials: given })).toEqual({ [field]: expect.stringMatching(fault) })
  })

  it('that name a field twice are refused, since one of the two would count in silence', () => {
    const text = JSON.stringify(credentials).replace('{', '{"tokenURI":"https://evil.example",')
    expect(faultsOf({ credentials: fileWith(text) })).toEqual({
      'the file': expect.stringContaining('names tokenURI twice'),
    })
    expect(faultsOf({ credentials: text })).toHaveProperty('the text')
  })

  it('and misspelt options are refused together', () => {
    const faults = faultsOf({ credentials: {}, role: ['r1'] })
    expect(faults.role).toBe('is not an option of skyflow; did you mean roles?')
    expect(faults).toHaveProperty('clientID')
  })

  it('of an account set to API keys are called that', () => {
    const { fault } = errorOf({ credentials: { clientID, apiKey: 'sky-canary' } }).faults[0]!
    expect(fault).toMatch(/set to API keys, which mints no bearer tokens; give the key as `apiKey`/)
    expect(fault).not.toContain('canary')
  })

  it('that are not there are named by their path', () => {
    const path = join(folder, 'nowhere.json')
    expect(errorOf({ credentials: path })).toMatchObject({ source: path })
    expect(errorOf({ credentials: path }).message).toMatch(/cannot be read \(ENOENT\)/)
  })

  it.each([null, 7, [], 'x'.repeat(3)])('that are no credentials (%o) are refused', (given) => {
    expect(errorOf({ credentials: given }).faults).toHaveLength(1)
  })

  it('show nothing of the key in any error, however broken', () => {
    const text = JSON.stringify(credentials)
    const broken = [
      ...[50, 200, 400, 900, text.length - 1].map((length) => text.slice(0, length)),
      text.replace('"keyID"', '"keyID" "privateKey"'),
      text.replaceAll('"', "'"),
    ]
    const errors = [
      ...broken.map((content) => errorOf({ credentials: fileWith(content) })),
      ...broken
        .filter((content) => content.startsWith('{'))
        .map((content) => errorOf({ credentials: content })),
      errorOf({ credentials: { ...credentials, clientID: `${privateKey} ` } }),
      errorOf({
        credentials: { ...credentials, tokenURI: `https://x:${secrets[1]}@evil.example` },
      }),
      errorOf({ credentials: { ...credentials, tokenURI: privateKey } }),
      errorOf({ vaultUrl: `https://evil.example/?${secrets[1]}` }),
    ]
    for (const error of errors)
      for (const secret of secrets)
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret.slice(0, 24))
  })
})

describe('addresses', () => {
  it.each([
    'https://manage.skyflowapis.com/v1/auth/sa/oauth/token',
    'https://manage.skyflowapis-preview.com/v1/auth/sa/oauth/token',
    'http://127.0.0.1:9080/any/path',
    'http://localhost:9080/v1/auth/sa/oauth/token',
    'https://[::1]:9080/token',
  ])('of the token endpoint may be %s', (tokenURI) => {
    const options = { credentials: credentialsFor(tokenURI), vaultUrl: 'https://localhost:1' }
    expect(() => skyflow(options)).not.toThrow()
  })

  it.each([
    'https://manage.skyflowapis.com.evil.example/token',
    'https://evil.example/manage.skyflowapis.com',
    'https://manage-skyflowapis.com/token',
    'https://xmanage.skyflowapis.com/token',
    'https://manage.skyflowapis.com:8443/token',
    'https://manage.skyflowapis.com@evil.example/token',
    'https://127.0.0.1.evil.example/token',
    'http://manage.skyflowapis.com/token',
    'http://evil.example/token',
    'ftp://manage.skyflowapis.com/token',
    'https://manage.skyflowapis.com/token?x=1',
  ])('of the token endpoint may not be %s', (tokenURI) => {
    expect(Object.keys(faultsOf({ credentials: credentialsFor(tokenURI) }))).toEqual(['tokenURI'])
  })

  it.each([
    'https://evil.example',
    'https://vault.skyflowapis.com',
    'https://a.b.vault.skyflowapis.com',
    'https://abc1.vault.skyflowapis.com.evil.example',
    'http://abc1.vault.skyflowapis.com',
    'https://user@abc1.vault.skyflowapis.com',
  ])('of the vault may not be %s', (address) => {
    expect(Object.keys(faultsOf({ vaultUrl: address }))).toEqual(['vaultUrl'])
  })

  it('of other hosts are taken if they are named, never without TLS', () => {
    const tokenURI = 'https://gateway.example:8443/token'
    const named = { tokenHosts: ['gateway.example:8443'], vaultHosts: ['vault.example'] }
    const options = { credentials: credentialsFor(tokenURI), vaultUrl: 'https://vault.example' }
    expect(() => skyflow({ ...options, ...named })).not.toThrow()
    expect(faultsOf({ ...options, ...named, tokenHosts: ['gateway.example'] })).toHaveProperty(
      'tokenURI',
    )
    expect(faultsOf({ ...options, ...named, vaultUrl: 'http://vault.example' })).toHaveProperty(
      'vaultUrl',
    )
  })

  it('of two environments are refused', () => {
    const preview = 'https://abc1.vault.skyflowapis-preview.com'
    expect(faultsOf({ vaultUrl: preview }).vaultUrl).toMatch(/both of one environment/)
  })
})

describe('other options', () => {
  it.each<[string, object]>([
    ['roles', { roles: [] }],
    ['roles', { roles: ['two words'] }],
    ['roles', { roles: ['role:r1'] }],
    ['roles', { roles: 'r1' }],
    ['lifetimeMs', { lifetimeMs: 3_600_001 }],
    ['lifetimeMs', { lifetimeMs: Number.NaN }],
    ['fallbackLifetimeMs', { fallbackLifetimeMs: 0 }],
    ['minLifetimeMs', { minLifetimeMs: 1 }],
    ['lifetimeMs', { minLifetimeMs: 600_000, lifetimeMs: 300_000 }],
    ['context', { context: 'alice' }],
  ])('%s: refuses %o', (field, options) => {
    expect(Object.keys(faultsOf(options))).toEqual([field])
  })
})
