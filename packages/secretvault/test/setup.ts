/** Real nodes, a real broker, a real client: what the tests of this package work with. */
import { type Broker, createBroker, type GroupMinter } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import { type Sandbox, type SandboxOptions, startSandbox } from '@valetkey/sandbox'
import { onTestFinished } from 'vitest'
import {
  createSecretVault,
  type NewSchema,
  type SecretVault,
  type SecretVaultOptions,
} from '../src/index.ts'
import { secretvault, type SecretVaultMinterOptions } from '../src/minter/index.ts'
import type { NodeDocument } from '../src/node-api.ts'

export type TestBroker = Broker<{ records: GroupMinter }>

export interface World {
  sandbox: Sandbox
  /** Address of the broker. */
  broker: string
  client: TokenClient<TestBroker>
  vault: SecretVault
  /** Audiences in the order of the sandbox's nodes. */
  audiences: readonly string[]
  /** How many requests the broker has had. */
  brokerRequests(): number
  /** What each node holds of a schema, as the organization's own tools would see it. */
  stored(schema: string): Promise<readonly NodeDocument[][]>
}

export interface WorldOptions {
  sandbox?: SandboxOptions
  minter?: Partial<SecretVaultMinterOptions>
  vault?: Partial<SecretVaultOptions<TestBroker>>
}

/** Starts everything; it closes with the test. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const sandbox = await startSandbox(options.sandbox)
  onTestFinished(() => sandbox.close())
  const broker = brokerFor(sandbox, options.minter)
  const served = await serveBroker(broker)
  onTestFinished(() => served.close())

  let requests = 0
  const client = createTokenClient<TestBroker>(served.url, {
    headers: () => ({ authorization: 'Bearer session' }),
    fetch(input, init) {
      const url = input instanceof Request ? input.url : input.toString()
      if (url.startsWith(served.url)) requests++
      return fetch(input, init)
    },
  })
  onTestFinished(() => client.dispose())
  const audiences = sandbox.secretvault.nodes.map(({ did }) => `records/${did}`)
  return {
    sandbox,
    broker: served.url,
    client,
    vault: createSecretVault({ client, audience: 'records', ...options.vault }),
    audiences,
    brokerRequests: () => requests,
    stored: (schema) => Promise.all(audiences.map((_, i) => documentsOf(sandbox, schema, i))),
  }
}

function brokerFor(
  { secretvault: cluster }: Sandbox,
  options?: Partial<SecretVaultMinterOptions>,
): TestBroker {
  return createBroker({
    audiences: { records: secretvault({ cluster, allowFullAuthority: true, ...options }) },
    authenticate: () => ({ subject: 'alice', login: 'session' }),
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
  })
}

/** Reads one node with a token made here, past any fault but `down`. */
async function documentsOf(
  { secretvault: cluster, nodes }: Sandbox,
  schema: string,
  index: number,
): Promise<NodeDocument[]> {
  nodes[index]?.clearFaults()
  const minter = secretvault({ cluster })
  const { name, resource } = minter.members()[index]!
  const { signal } = new AbortController()
  const request = { audience: name, member: name, lifetimeMs: 60_000, signal }
  const { value } = await minter.mint(request)
  const response = await fetch(`${resource}api/v1/data/read`, {
    method: 'POST',
    headers: { authorization: `Bearer ${value}`, 'content-type': 'application/json' },
    body: JSON.stringify({ schema, filter: {} }),
  })
  if (!response.ok) throw new Error(`The node answered ${response.status}`)
  const { data } = (await response.json()) as { data: NodeDocument[] }
  return data
}

const SHARE = { type: 'object', properties: { '%share': { type: 'string' } }, required: ['%share'] }

/** A schema of logins: one plain field, one secret text, one secret number. */
export const LOGIN_SCHEMA: NewSchema['schema'] = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'array',
  items: {
    type: 'object',
    properties: {
      _id: { type: 'string', format: 'uuid', coerce: true },
      service: { type: 'string' },
      visits: { type: 'number' },
      password: SHARE,
      pin: SHARE,
    },
    required: ['_id', 'service'],
    additionalProperties: false,
  },
}

export interface Login {
  _id?: string
  service: string
  visits?: number
  password?: { '%allot': string }
  pin?: { '%allot': number }
}

/** A fresh schema of logins on all nodes. */
export async function createLogins({ vault }: World): Promise<string> {
  const { id } = await vault.createSchema({ name: 'logins', schema: LOGIN_SCHEMA })
  return id
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
