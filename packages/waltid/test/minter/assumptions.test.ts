import { allow, createBroker } from '@valetkey/broker'
import { expect, it, onTestFinished } from 'vitest'
import { waltid, type WaltidMinterOptions } from '../../src/minter/index.ts'

/** What a broker with this minter logs while it starts. */
function startLogOf(options: Partial<WaltidMinterOptions>): readonly string[] {
  const lines: string[] = []
  const minter = waltid({
    orgBaseUrl: 'http://localhost',
    organization: 'acme',
    token: 'canary-token',
    roleId: 'reader',
    lifetime: 900,
    ...options,
  })
  const broker = createBroker({
    audiences: { wallet: { minter, allow: [allow('GET', '/v2/:wallet/keys')] } },
    authenticate: () => null,
    authorize: () => false,
    logger: { info() {}, error() {}, warn: (_, message) => void lines.push(message) },
  })
  onTestFinished(() => broker.close())
  return lines
}

it('names each call that rests on an assumption once, when a broker starts', () => {
  const lines = startLogOf({ view: true, delete: true })
  expect(lines).toEqual([
    expect.stringMatching(/^waltid: assumed of the look at a key .*view\.expirationField/),
    expect.stringMatching(/^waltid: assumed of the deletion of a key .*delete\.path/),
  ])
  expect(lines.join()).not.toContain('canary')
})

it('says nothing of calls that are not made, nor of what was set', () => {
  expect(startLogOf({})).toEqual([])
  const view = { method: 'GET', expirationField: 'expiresAt' }
  expect(startLogOf({ view, delete: { method: 'DELETE', path: '/v1/{org}.{key}' } })).toEqual([])
  expect(startLogOf({ view: { expirationField: 'expiresAt' } })).toEqual([
    expect.stringContaining('GET (view.method)'),
  ])
})
