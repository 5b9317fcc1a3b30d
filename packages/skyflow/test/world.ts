/** A real sandbox, a real broker, a real client: what the tests of the vault client work with. */
import {
  allow,
  type AudienceConfig,
  type Broker,
  createBroker,
  type Minter,
} from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import { type Sandbox, type SandboxOptions, startSandbox } from '@valetkey/sandbox'
import { afterAll, onTestFinished } from 'vitest'
import { createSkyflowVault, type SkyflowVault, type SkyflowVaultOptions } from '../src/index.ts'
import { skyflow, type SkyflowMinterOptions } from '../src/minter/index.ts'

export type TestBroker = Broker<{ patients: Minter }>

/** Interfaces too can be tables. */
export interface Patient {
  patient_id?: string
  name?: string
  ssn?: string
  email?: string
  visits?: number
}

export interface World {
  sandbox: Sandbox
  /** Address of the broker. */
  broker: string
  /** Alice's. */
  client: TokenClient<TestBroker>
  clientOf: (user: string) => TokenClient<TestBroker>
  vault: SkyflowVault<{ patients: Patient }>
  /** Paths of the requests the broker has had. */
  brokerRequests: readonly string[]
  /** How many of the vault's requests went to a path that ends so. */
  vaultRequests: (ending: string) => number
}

export interface WorldOptions {
  sandbox?: SandboxOptions
  minter?: Partial<SkyflowMinterOptions>
  /** Stands in for the minter of the sandbox's credentials. */
  minterIn?: (sandbox: Sandbox) => Minter
  audience?: Omit<AudienceConfig, 'minter'>
  vault?: Partial<SkyflowVaultOptions<TestBroker>>
  /** Epoch milliseconds at which the login ends. */
  loginEndsAt?: number
}

/** Of a file's tests that want nothing special of it: its keys take their time. */
let shared: Promise<Sandbox> | undefined
afterAll(async () => (await shared)?.close())

/** As new, also where it is not. */
async function sandboxWith(options: SandboxOptions | undefined): Promise<Sandbox> {
  if (options) {
    const own = await startSandbox({ nodes: 1, ...options })
    onTestFinished(() => own.close())
    return own
  }
  shared ??= startSandbox({ nodes: 1 })
  const sandbox = await shared
  sandbox.skyflowControl.reset()
  return sandbox
}

/** Starts everything; it closes with the test, the sandbox with the file. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const sandbox = await sandboxWith(options.sandbox)
  const { credentials, vaultUrl, vaultId } = sandbox.skyflow
  const minter =
    options.minterIn?.(sandbox) ?? skyflow({ credentials, vaultUrl, ...options.minter })
  const broker = createBroker({
    audiences: { patients: { minter, ...options.audience } },
    authenticate({ headers }) {
      const subject = headers.get('authorization')?.slice('Bearer '.length) ?? 'nobody'
      const context = { user_id: subject }
      return { subject, login: 'session', context, expiresAt: options.loginEndsAt }
    },
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
  })
  const served = await serveBroker(broker)
  onTestFinished(() => served.close())

  const brokerRequests: string[] = []
  const clientOf = (user: string): World['client'] => {
    const client = createTokenClient<TestBroker>(served.url, {
      headers: () => ({ authorization: `Bearer ${user}` }),
      fetch(input, init) {
        const url = input instanceof Request ? input.url : input.toString()
        if (url.startsWith(served.url)) brokerRequests.push(url.slice(served.url.length))
        return fetch(input, init)
      },
    })
    onTestFinished(() => client.dispose())
    return client
  }
  const client = clientOf('alice')
  return {
    sandbox,
    broker: served.url,
    client,
    clientOf,
    vault: createSkyflowVault({ client, audience: 'patients', vaultId, ...options.vault }),
    brokerRequests,
    vaultRequests: (ending) =>
      sandbox.skyflowControl
        .requests()
        .requests.filter(({ path }) => path.endsWith(ending))
        .reduce((sum, { count }) => sum + count, 0),
  }
}

/** Delivery by proxy, with all that the vault client calls. */
export const proxied: Omit<AudienceConfig, 'minter'> = {
  delivery: 'proxy',
  allow: [
    allow('POST', '/v1/vaults/:vault'),
    allow('GET', '/v1/vaults/:vault/*'),
    allow('POST', '/v1/vaults/:vault/*'),
    allow('PUT', '/v1/vaults/:vault/*'),
    allow('DELETE', '/v1/vaults/:vault/*'),
    allow('POST', '/v2/vaults/:vault/files/upload'),
  ],
}

/** For tests that hold whichever way the vault is called. */
export const BOTH_WAYS: [string, WorldOptions][] = [
  ['called directly', {}],
  ['called through the broker', { audience: proxied }],
]
