/** The figures that the whole must reach: real nodes, a real broker on a port, a real client. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBroker } from '@valetkey/broker'
import { toNodeHandler } from '@valetkey/broker/node'
import { createTokenClient } from '@valetkey/client'
import { startSandbox } from '@valetkey/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSecretVault } from '../src/index.ts'
import { secretvault } from '../src/minter/index.ts'
import { createLogins, createWorld, type Login } from './setup.ts'

const SILENT = { info() {}, warn() {}, error() {} }

/** Listens until the test ends, or until somebody closes it. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  onTestFinished(() => kill(server))
  return (server.address() as AddressInfo).port
}

async function kill(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
}

/** A broker whose users are named by a header, with every mint counted. */
async function createHouse(lifetimeMs: number) {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.close())
  let mints = 0
  const broker = createBroker({
    audiences: {
      records: secretvault({ cluster: sandbox.secretvault, allowFullAuthority: true, lifetimeMs }),
    },
    authenticate: (request) => {
      const subject = request.headers.get('authorization')
      return subject ? { subject, login: subject } : null
    },
    authorize: ({ subject }) => subject === 'Bearer ada',
    logger: SILENT,
    onEvent: ({ event }) => {
      if (event === 'mint') mints += 1
    },
  })
  const server = createServer(toNodeHandler(broker))
  const port = await listen(server, 0)
  const url = `http://127.0.0.1:${port}${broker.basePath}`
  return { sandbox, broker, server, port, url, mints: () => mints }
}

describe('a storm', () => {
  it('of 1,000 concurrent calls over three members costs one broker request', async () => {
    const world = await createWorld()
    const { client, audiences } = world
    const one = (n: number) => audiences[n % 3] as `records/${string}`
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => client.getToken(one(n))))
    expect(world.brokerRequests()).toBe(1)
  })

  it('of 200 vault calls with a token just revoked costs one mint, and all succeed', async () => {
    const { sandbox, url, mints } = await createHouse(300_000)
    const client = createTokenClient(url, {
      headers: () => ({ authorization: 'Bearer ada' }),
    })
    onTestFinished(() => client.dispose())
    const [member = ''] = (await client.getTokens('records')).keys()
    const { value } = await client.getToken(member)
    const node =
      sandbox.nodes[sandbox.secretvault.nodes.findIndex(({ did }) => member.endsWith(did))]
    node?.fault({ revoke: value })
    const before = mints()
    const call = client.fetchFor(member)
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await call('/api/v1/schemas')).status),
    )
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect(mints() - before).toBe(1)
  })
})

describe('the broker', () => {
  const body = (audience: string) => JSON.stringify({ tokens: [{ id: '1', audience }] })
  const json = { 'content-type': 'application/json' }
  const own = { ...json, 'x-valet-key': '1' }
  const refusals: {
    what: string
    headers: Record<string, string>
    audience: string
    status: number
  }[] = [
    {
      what: 'without a session',
      headers: { ...own, 'sec-fetch-site': 'same-origin' },
      audience: 'records',
      status: 401,
    },
    {
      what: 'without X-Valet-Key',
      headers: { ...json, authorization: 'Bearer ada' },
      audience: 'records',
      status: 403,
    },
    {
      what: 'for somebody else’s audience',
      headers: { ...own, authorization: 'Bearer bob' },
      audience: 'records',
      status: 403,
    },
    {
      what: 'for an audience that is not there',
      headers: { ...own, authorization: 'Bearer ada' },
      audience: 'nothing',
      status: 403,
    },
  ]
  it.each(refusals)('answers a request $what without asking a minter', async (refusal) => {
    const { headers, audience, status } = refusal
    const { url, mints } = await createHouse(300_000)
    const response = await fetch(`${url}/tokens`, {
      method: 'POST',
      headers,
      body: body(audience),
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(mints()).toBe(0)
  })

  it('may be gone for 5 s while tokens live: no vault call fails', async () => {
    const { broker, server, port, url } = await createHouse(20_000)
    const client = createTokenClient(url, {
      headers: () => ({ authorization: 'Bearer ada' }),
    })
    onTestFinished(() => client.dispose())
    const vault = createSecretVault({ client, audience: 'records', writeDeadlineMs: 1_000 })
    const schema = await createLogins({ vault } as Parameters<typeof createLogins>[0])
    await vault.create<Login>(schema, [{ service: 'mail', password: { '%allot': 'x' } }])
    await kill(server)
    const back = Date.now() + 5_000
    let calls = 0
    while (Date.now() < back) {
      const { records, missing } = await vault.find<Login>(schema)
      expect({ found: records.length, missing }).toEqual({ found: 1, missing: [] })
      calls += 1
    }
    expect(calls).toBeGreaterThan(20)
    await listen(createServer(toNodeHandler(broker)), port)
    client.invalidate('records')
    expect((await client.getTokens('records')).size).toBe(3)
  }, 30_000)
})
