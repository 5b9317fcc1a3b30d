import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allow, BrokerConfigError, createBroker, type AudienceConfig } from '@valetkey/broker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nexusrundb, type NexusRunDbMinterOptions } from '../../src/minter/index.ts'
import { json, jwt, requestFor, serverThat } from '../setup.ts'

const good = {
  serverId: 'eu1',
  databaseId: 'my-db',
  accessKey: 'ak-1',
  accessSecret: 'canary-secret',
}
const url = { serverId: undefined, databaseId: undefined }

describe('a configuration', () => {
  it.each<[string, object, RegExp]>([
    ['no database', url, /databaseId is missing; give baseUrl/],
    ['half a database', { serverId: undefined }, /serverId is missing/],
    [
      'two addresses',
      { baseUrl: 'https://eu1.nexusrun.com/databases/x' },
      /serverId: stands|serverId stands/,
    ],
    [
      'a foreign host',
      { ...url, baseUrl: 'https://evil.example/databases/x' },
      /baseUrl is on a host/,
    ],
    ['plain HTTP', { ...url, baseUrl: 'http://eu1.nexusrun.com/databases/x' }, /https:\/\//],
    [
      'no database in the address',
      { ...url, baseUrl: 'https://eu1.nexusrun.com/' },
      /does not end in/,
    ],
    [
      'a user name in the address',
      { ...url, baseUrl: 'https://canary:x@eu1.nexusrun.com/databases/x' },
      /user name/,
    ],
    [
      'a location that is a host',
      { serverId: 'eu1.evil.example/' },
      /serverId is not the short name/,
    ],
    ['no access key', { accessKey: undefined }, /accessKey is missing/],
    ['a key with its secret', { accessKey: 'canary:secret' }, /accessKey is not an access key/],
    ['no secret', { accessSecret: undefined }, /accessSecret is not a secret/],
    ['a file that is not there', { accessSecret: { file: '/nowhere/secret' } }, /cannot be read/],
    [
      'another access key without the Master key',
      { forAccessKey: 'ak-2' },
      /only the Master key mints for/,
    ],
    ['a function without the Master key', { forAccessKey: () => 'ak-2' }, /only the Master key/],
    [
      'the Master key for itself',
      { masterKey: true },
      /would mint tokens of the Master key itself/,
    ],
    ['the Master key named', { masterKey: true, forAccessKey: 'ak-1' }, /allowFullAuthority: true/],
    ['the Master key among scopes', { masterKey: true, forAccessKey: { a: 'ak-1' } }, /itself/],
    [
      'no scope at all',
      { masterKey: true, forAccessKey: {} },
      /neither an access key, nor keys by scope/,
    ],
    ['full authority of a lesser key', { allowFullAuthority: true }, /is for the Master key/],
    ['another method', { tokenMethod: 'DELETE' }, /none of POST, GET, PUT/],
    ['a path to elsewhere', { tokenPath: '//evil.example/{accessKey}' }, /tokenPath is not a path/],
    ['a whole address', { tokenPath: 'https://evil.example/' }, /tokenPath is not a path/],
    ['a path upwards', { tokenPath: '../{accessKey}' }, /tokenPath is not a path/],
    [
      'a place that is not filled',
      { tokenPath: '/a/{secret}' },
      /\{accessKey\} and \{databaseId\}/,
    ],
    ['a parameter of two', { expiryParam: 'a=1&b' }, /expiryParam is not the name/],
    ['two ways to the token', { tokenField: 'a', extractToken: () => 'x' }, /beside extractToken/],
    ['a lifetime in seconds', { lifetimeMs: 600 }, /lifetimeMs must be a number of milliseconds/],
    ['a lifetime above the most', { lifetimeMs: 7_200_000 }, /lifetimeMs is above maxLifetimeMs/],
    ['a misspelt option', { tokenpath: 'x' }, /did you mean tokenPath|tokenpath is not an option/],
  ])('with %s is refused, and no value is printed', (_, changes, words) => {
    const attempt = () => nexusrundb({ ...good, ...changes } as NexusRunDbMinterOptions)
    expect(attempt).toThrow(words)
    expect(attempt).toThrow(BrokerConfigError)
    expect(attempt).not.toThrow(/canary/)
  })

  it('names every fault at once', () => {
    const attempt = () => nexusrundb({ accessKey: '', accessSecret: '', expiryParam: '' })
    expect(attempt).toThrow(/databaseId[^]*accessKey[^]*accessSecret[^]*expiryParam/)
  })

  it('takes the two ids, the whole address, a host allowed by name', () => {
    for (const place of [
      {},
      { ...url, baseUrl: 'https://eu1.nexusrun.com/databases/my-db/' },
      {
        ...url,
        baseUrl: 'https://gate.example:8443/db',
        databaseId: 'x',
        hosts: ['gate.example:8443'],
      },
    ])
      expect(() => nexusrundb({ ...good, ...place } as never)).not.toThrow()
  })
})

describe('a secret in a file', () => {
  it('is read again when it changes; the former serves while the new one cannot be used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nexus-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'secret')
    writeFileSync(file, 'first\n')
    const { baseUrl, requests } = await serverThat(json(200, { token: jwt() }))
    const minter = nexusrundb({ baseUrl, accessKey: 'ak-1', accessSecret: { file } })
    const version = minter.credentialVersion?.()
    await minter.mint(requestFor())
    writeFileSync(file, 'second')
    await minter.reload?.()
    await minter.mint(requestFor())
    expect(requests.map(({ authorization }) => authorization)).toEqual(
      ['first', 'second'].map((secret) => `Basic ${btoa(`ak-1:${secret}`)}`),
    )
    expect(minter.credentialVersion?.()).not.toBe(version)
    writeFileSync(file, '\n')
    await expect(minter.reload?.()).rejects.toThrow(/accessSecret/)
    await minter.mint(requestFor())
    expect(requests.at(-1)?.authorization).toBe(requests[1]?.authorization)
  })
})

describe('delivery', () => {
  const start =
    (options: Partial<NexusRunDbMinterOptions>, audience: Partial<AudienceConfig> = {}) =>
    () =>
      createBroker({
        audiences: { notes: { minter: nexusrundb({ ...good, ...options }), ...audience } },
        authenticate: () => null,
        authorize: () => false,
        logger: { info() {}, warn() {}, error() {} },
      })
  const rules = { allow: [allow('GET', '/ping')] }

  it('is by proxy unless the audience says otherwise', () => {
    expect(start({})).toThrow(/go through the broker unless you say otherwise \(.*admits browsers/)
    expect(start({}, rules)).not.toThrow()
    expect(start({}, { delivery: 'token' })).not.toThrow()
    expect(start({}, { delivery: 'proxy', ...rules })).not.toThrow()
  })

  it('of the Master key’s own tokens takes two words: one at the minter, one at the audience', () => {
    const full = { masterKey: true, allowFullAuthority: true }
    const toPages = { delivery: 'token' } as const
    expect(start(full)).toThrow(/full authority \(every bucket and the administration/)
    expect(start(full, rules)).not.toThrow()
    expect(start(full, toPages)).toThrow(/full authority \(every bucket and the administration/)
    expect(start(full, { ...toPages, allowFullAuthority: true })).not.toThrow()
  })
})
