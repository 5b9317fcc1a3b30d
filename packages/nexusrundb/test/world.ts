/** A real sandbox, a real broker, a real client: what the tests of the vault client work with. */
import {
  allow,
  type AudienceConfig,
  type Broker,
  type BrokerOptions,
  createBroker,
  type Principal,
} from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient, type TokenClient, type TokenClientOptions } from '@valetkey/client'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import { afterAll, onTestFinished } from 'vitest'
import { createNexusRunDb, type NexusRunDb, type NexusRunDbOptions } from '../src/index.ts'
import { nexusrundb, type NexusRunDbMinterOptions } from '../src/minter/index.ts'

export type TestBroker = Broker<{ notes: AudienceConfig }>

export interface Note {
  text: string
}

export interface World {
  sandbox: Sandbox
  client: TokenClient<TestBroker>
  db: NexusRunDb<{ notes: Note; notices: Note }>
  /** What went to the database from the page, with the token it carried. */
  calls: readonly SentCall[]
  /** How many of the database's requests, from wherever, fit. */
  requestsTo: (fits: RegExp) => number
}

export interface SentCall {
  sentAt: number
  authorization: string
}

export interface WorldOptions {
  minter?: Partial<NexusRunDbMinterOptions>
  audience?: Omit<AudienceConfig, 'minter'>
  db?: Partial<NexusRunDbOptions<TestBroker>>
  broker?: Partial<BrokerOptions<{ notes: AudienceConfig }, Principal>>
  client?: TokenClientOptions
  /** Epoch milliseconds; what `sentAt` is read from. @default the system's */
  now?: () => number
}

// One for the file, since its certificates take their time; each world resets it.
const sandbox = await startSandbox({ nodes: 1 })
afterAll(() => sandbox.close())

export const direct: WorldOptions = { audience: { delivery: 'token' } }

/** Delivery by proxy, with all that the vault client calls. */
export const proxied: WorldOptions = {
  audience: {
    allow: [
      allow('GET', '/ping'),
      allow('GET', '/accesskeys/:key'),
      allow('GET', '/buckets/*'),
      allow('POST', '/buckets/*'),
      allow('DELETE', '/buckets/*'),
    ],
  },
}

/** For tests that hold whichever way the database is called. */
export const BOTH_WAYS: [string, WorldOptions][] = [
  ['called directly', direct],
  ['called through the broker', proxied],
]

/** The Master key's own tokens. */
export function asMaster({ nexusrundb }: Sandbox): Partial<NexusRunDbMinterOptions> {
  const { masterKey: accessKey, masterSecret: accessSecret } = nexusrundb
  return { accessKey, accessSecret, masterKey: true, allowFullAuthority: true }
}

/** Starts everything; it closes with the test. */
export async function createWorld(
  options: WorldOptions = {},
  credentials: (sandbox: Sandbox) => Partial<NexusRunDbMinterOptions> = () => ({}),
): Promise<World> {
  sandbox.nexusrundbControl.reset()
  const { baseUrl, accessKey, accessSecret } = sandbox.nexusrundb
  const own = { baseUrl, accessKey, accessSecret, ...options.minter, ...credentials(sandbox) }
  const broker = createBroker({
    audiences: { notes: { minter: nexusrundb(own), ...options.audience } },
    authenticate: () => ({ subject: 'ann', login: 'session' }),
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
    ...options.broker,
  } as BrokerOptions<{ notes: AudienceConfig }, Principal>)
  const served = await serveBroker(broker)
  onTestFinished(() => served.close())
  const calls: SentCall[] = []
  const { now = () => Date.now() } = options
  const client = createTokenClient<TestBroker>(served.url, {
    headers: () => ({ authorization: 'Bearer session' }),
    ...options.client,
    fetch(input, init) {
      const request = new Request(input, init)
      if (request.url.startsWith(baseUrl))
        calls.push({
          sentAt: now(),
          authorization: request.headers.get('authorization') ?? '',
        })
      return fetch(input, init)
    },
  })
  onTestFinished(() => client.dispose())
  return {
    sandbox,
    client,
    db: createNexusRunDb({ client, audience: 'notes', ...options.db }),
    calls,
    requestsTo: (fits) =>
      sandbox.nexusrundbControl
        .requests()
        .requests.filter(({ method, path, status }) => fits.test(`${method} ${path} ${status}`))
        .reduce((sum, { count }) => sum + count, 0),
  }
}

/** Epoch milliseconds of the `exp` of the token in a header. */
export function endOf({ authorization }: SentCall): number {
  const [, payload = ''] = authorization.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).exp * 1000
}
