/** A real sandbox, a real broker, a real client: what the tests of this package work with. */
import {
  allow,
  type AudienceConfig,
  type Broker,
  createBroker,
  type Minter,
} from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import { afterAll, onTestFinished } from 'vitest'
import { createWaltid, type WaltidOptions, type WaltidVault } from '../src/index.ts'
import { waltid, type WaltidMinterOptions } from '../src/minter/index.ts'

export type TestBroker = Broker<{ wallet: Minter }>

export interface World {
  sandbox: Sandbox
  client: TokenClient<TestBroker>
  vault: WaltidVault
  broker: string
  /** What was logged, as text. */
  log: readonly string[]
  /** Ids of the keys there are, but for the administrator's own. */
  keys: () => Promise<readonly string[]>
}

export interface WorldOptions {
  minter?: Partial<WaltidMinterOptions>
  audience?: Omit<AudienceConfig, 'minter'>
  vault?: Partial<WaltidOptions<TestBroker>>
  /** Epoch milliseconds at which the login ends. */
  loginEndsAt?: number
}

export const direct = { delivery: 'token' } as const

/** Delivery by proxy, the default, with all that the vault client calls. */
export const proxied: Omit<AudienceConfig, 'minter'> = {
  allow: [
    allow('GET', '/v2/:wallet/wallet-service-api/*'),
    allow('GET', '/v1/:registry/trust-registry-api/sources'),
    allow('GET', '/v1/:key/apikeys-api/api-keys/view'),
  ],
}

let started: Promise<Sandbox> | undefined
afterAll(async () => (await started)?.close())

/** One for each file of tests, as new. */
export async function startedSandbox(): Promise<Sandbox> {
  started ??= startSandbox({ nodes: 1 })
  const sandbox = await started
  sandbox.waltidControl.reset()
  return sandbox
}

export function minterAt(
  { waltid: access }: Pick<Sandbox, 'waltid'>,
  options: Partial<WaltidMinterOptions> = {},
): Minter {
  const { orgBaseUrl, organization, adminToken, roleId } = access
  const token = options.login ? {} : { token: adminToken }
  return waltid({ orgBaseUrl, organization, ...token, roleId, lifetime: '15m', ...options })
}

export async function keysIn({ waltid: access }: Pick<Sandbox, 'waltid'>): Promise<string[]> {
  const { orgBaseUrl, organization, adminToken } = access
  const url = `${orgBaseUrl}/v1/${organization}/apikeys-api/api-keys/list`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${adminToken}` } })
  const keys: { _id: string }[] = await answer.json()
  return keys.map(({ _id }) => _id).filter((id) => !id.endsWith('.sandbox-admin'))
}

/** Starts everything; it closes with the test. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const sandbox = await startedSandbox()
  const log: string[] = []
  const write = (details: object, message: string) =>
    void log.push(`${message} ${JSON.stringify(details)}`)
  const broker = createBroker({
    audiences: {
      wallet: { minter: minterAt(sandbox, options.minter), ...(options.audience ?? proxied) },
    },
    authenticate: () => ({
      subject: 'alice',
      login: 'session',
      expiresAt: options.loginEndsAt,
    }),
    authorize: () => true,
    logger: { info: write, warn: write, error: write },
  })
  const served = await serveBroker(broker)
  onTestFinished(() => served.close())
  const client = createTokenClient<TestBroker>(served.url, {
    headers: () => ({ authorization: 'Bearer alice' }),
  })
  onTestFinished(() => client.dispose())
  return {
    sandbox,
    client,
    vault: createWaltid({ client, audience: 'wallet', ...options.vault }),
    broker: served.url,
    log,
    keys: () => keysIn(sandbox),
  }
}

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It did not reject')
    },
    (error: unknown) => error,
  )
}
