/** The whole way: a real client, a real broker on a port, a vault that the page never meets. */
import { createTokenClient, isTokenError } from '@valetkey/client'
import { startSandbox } from '@valetkey/sandbox'
import { createSecretVault, type NewSchema } from '@valetkey/secretvault'
import { secretvault } from '@valetkey/secretvault/minter'
import { describe, expect, it, onTestFinished } from 'vitest'
import { allow, createBroker } from '../src/index.ts'
import { serveBroker } from '../src/node.ts'
import { createProxied, type ProxiedOptions } from './proxy-harness.ts'

/** What the broker says to the client, word by word. */
function createListener(): { fetch: typeof fetch; heard: string[] } {
  const heard: string[] = []
  return {
    heard,
    async fetch(input, init) {
      const response = await fetch(input, init)
      heard.push(JSON.stringify([...response.headers]), await response.clone().text())
      return response
    },
  }
}

const headers = () => ({ authorization: 'Bearer of-the-app' })

async function createWorld(options?: ProxiedOptions) {
  const world = await createProxied({
    ...options,
    app: {
      authenticate: (request) =>
        request.headers.get('authorization') === headers().authorization
          ? { subject: 'ada', login: '1' }
          : null,
      ...options?.app,
    },
  })
  const listener = createListener()
  const client = createTokenClient(world.served.url, { headers, fetch: listener.fetch })
  onTestFinished(() => client.dispose())
  return { ...world, client, heard: listener.heard }
}

describe('a client of a proxied audience', () => {
  it('calls the vault by fetchFor and never hears the token', async () => {
    const { client, vault, heard, cards } = await createWorld()
    const call = client.fetchFor('cards')
    const body = JSON.stringify({ tokens: ['a'] })
    const response = await call('v1/vaults/x/detokenize?y=1', { method: 'POST', body })
    expect(await response.json()).toEqual({ ok: true })
    expect(vault.seen).toMatchObject([
      {
        method: 'POST',
        url: '/v1/vaults/x/detokenize?y=1',
        body,
        headers: { authorization: 'Bearer test.cards.1' },
      },
    ])
    expect(JSON.stringify(vault.seen)).not.toContain('of-the-app')
    expect(cards.minted).toHaveLength(1)
    expect(heard.join('\n')).not.toContain('test.cards.1')
  })

  it('gets no token, and is told why', async () => {
    const { client, cards } = await createWorld()
    const error: unknown = await client.getToken('cards').catch((reason: unknown) => reason)
    expect(isTokenError(error) && error.code).toBe('token_withheld')
    expect(cards.requests).toEqual([])
  })

  it('takes no 401 of the vault for the end of its session', async () => {
    const { client, vault } = await createWorld({
      vault: (_, outgoing) => outgoing.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end('no'),
    })
    const ended: unknown[] = []
    client.on('session-expired', (event) => ended.push(event))
    const response = await client.fetchFor('cards')('v1/x')
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    // Twice by the broker, with another token; not once more by the client.
    expect(vault.seen.map(({ headers: seen }) => seen.authorization)).toEqual([
      'Bearer test.cards.1',
      'Bearer test.cards.2',
    ])
    expect(ended).toEqual([])
  })
})

describe('seed-era SecretVault nodes, which admit few origins', () => {
  it('serve any app through the broker, whose tokens stay there', async () => {
    const sandbox = await startSandbox({ cors: 'vendor' })
    onTestFinished(() => sandbox.close())
    const broker = createBroker({
      audiences: {
        records: {
          minter: secretvault({ cluster: sandbox.secretvault }),
          allow: [allow('GET', '/api/v1/*'), allow('POST', '/api/v1/*')],
        },
      },
      authenticate: () => ({ subject: 'ada', login: '1' }),
      authorize: (_, { audience }) => audience === 'records',
      logger: { info() {}, warn() {}, error() {} },
    })
    const served = await serveBroker(broker)
    onTestFinished(() => served.close())
    const { fetch: listen, heard } = createListener()
    const client = createTokenClient<typeof broker>(served.url, { headers, fetch: listen })
    onTestFinished(() => client.dispose())
    const vault = createSecretVault({ client, audience: 'records' })

    const { id } = await vault.createSchema({ name: 'logins', schema: SCHEMA })
    await vault.create(id, [{ service: 'mail', password: { '%allot': 'correct horse' } }])
    const { records, missing } = await vault.find(id)
    expect(missing).toEqual([])
    expect(records).toMatchObject([{ service: 'mail', password: 'correct horse' }])
    expect(heard.join('\n')).toContain('"delivery":"proxy"')
    expect(heard.join('\n')).not.toMatch(/access_token|eyJ|correct horse/)
  })
})

const SCHEMA: NewSchema['schema'] = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'array',
  items: {
    type: 'object',
    properties: {
      _id: { type: 'string', format: 'uuid', coerce: true },
      service: { type: 'string' },
      password: {
        type: 'object',
        properties: { '%share': { type: 'string' } },
        required: ['%share'],
      },
    },
    required: ['_id', 'service'],
    additionalProperties: false,
  },
}
