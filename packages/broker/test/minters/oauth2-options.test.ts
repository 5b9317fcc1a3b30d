import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { configFaultsOf } from '@valetkey/broker/credential'
import { oauth2 } from '@valetkey/broker/oauth2'
import { describe, expect, it } from 'vitest'

const good = { issuer: 'https://login.example', clientId: 'c', clientSecret: 'canary-secret' }

function faultsOf(options: object): Record<string, string> {
  try {
    oauth2({ ...good, ...options })
    return {}
  } catch (error) {
    if (inspect(error, { depth: 9 }).includes('canary')) throw new Error('it shows a secret')
    const faults = configFaultsOf(error)?.faults ?? []
    return Object.fromEntries(faults.map(({ field, fault }) => [field, fault]))
  }
}

const pem = (type: 'rsa' | 'p256' | 'secp256k1' | 'ed25519'): string => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 1024 })
      : type === 'ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: type === 'p256' ? 'P-256' : 'secp256k1' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
const keyed = (privateKey: unknown): object => ({ clientSecret: undefined, privateKey })

describe('options of oauth2', () => {
  it.each([
    {},
    { issuer: 'http://localhost:8080' },
    { issuer: undefined, tokenEndpoint: 'https://login.example/token' },
    keyed(pem('p256')),
    keyed(pem('ed25519')),
    keyed(pem('p256').replaceAll('\n', '\\n')),
  ])('%o are taken', (options) => {
    expect(faultsOf(options)).toEqual({})
  })

  it.each<[string, object, RegExp]>([
    ['issuer', { issuer: undefined }, /is missing/],
    ['issuer', { issuer: 'http://login.example' }, /no address that credentials may go to/],
    ['issuer', { issuer: 'https://canary:x@login.example' }, /no address/],
    ['tokenEndpoint', { tokenEndpoint: 'login.example' }, /no address/],
    ['revocationEndpoint', { revocationEndpoint: 'ftp://login.example' }, /no address/],
    ['clientId', { clientId: '' }, /is missing/],
    ['clientSecret', { clientSecret: undefined }, /must stand alone/],
    ['clientSecret', { privateKey: pem('p256') }, /must stand alone/],
    ['clientSecret', { clientSecret: ' ' }, /is empty/],
    ['clientSecret (/no/such)', { clientSecret: { file: '/no/such' } }, /ENOENT/],
    ['privateKey', keyed(pem('rsa')), /RSA key of 1024 bits/],
    ['privateKey', keyed(pem('secp256k1')), /no server takes/],
    ['privateKey', keyed('canary'), /not in a form/],
    ['privateKey', keyed({ kty: 'EC', crv: 'P-256', x: 'canary' }), /no private key/],
    ['privateKey', keyed('{"kty":"EC","canary'), /not JSON/],
    ['resource', { resource: 'vault' }, /base URL/],
    ['vaultUrl', { vaultUrl: 'https://vault.example/?canary' }, /base URL/],
    ['lifetimeMs', { lifetimeMs: 0 }, /above 0/],
    ['parameters.client_secret', { parameters: { client_secret: 'canary' } }, /sent already/],
    ['tokenExchange.subjectToken', { tokenExchange: {} }, /not a function/],
    ['clientID', { clientID: 'x' }, /did you mean clientId\?/],
  ])('stop the start with a wrong %s (%#)', (field, options, fault) => {
    expect(faultsOf(options)).toMatchObject({ [field]: expect.stringMatching(fault) })
  })

  it('are refused with all faults at once', () => {
    const faults = faultsOf({
      issuer: 'x',
      clientId: '',
      clientSecret: '',
      lifetimeMs: -1,
      scop: '',
    })
    expect(Object.keys(faults).toSorted()).toEqual([
      'clientId',
      'clientSecret',
      'issuer',
      'lifetimeMs',
      'scop',
    ])
  })
})
