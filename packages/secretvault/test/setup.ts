/** Real nodes, a real broker, a real client: what the tests of this package work with. */
import { type Broker, createBroker, type GroupMinter } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient, type TokenClient } from '@valetkey/client'
import { Signer } from '@nillion/nuc'
import { type Sandbox, type SandboxOptions, startSandbox } from '@valetkey/sandbox'
import { onTestFinished } from 'vitest'
import {
  createSecretVault,
  type NewSchema,
  type SecretVault,
  type SecretVaultOptions,
} from '../src/index.ts'
import { secretvault, type SecretVaultMinterOptions } from '../src/minter/index.ts'
import type { Era, NodeDocument } from '../src/node-api.ts'
import { builderOf, nucMinter, type NucMinterOptions } from './nuc-minter.ts'

export type TestBroker = Broker<{ records: GroupMinter; mine: GroupMinter }>

export interface World {
  sandbox: Sandbox
  /** Address of the broker. */
  broker: string
  client: TokenClient<TestBroker>
  vault: SecretVault
  /** A user who owns records, and the vault with that user's tokens (today's nodes). */
  user: { did: string; vault: SecretVault }
  /** Audiences in the order of the sandbox's nodes. */
  audiences: readonly string[]
  /** How many requests the broker has had. */
  brokerRequests(): number
  /** What each node holds of a schema, as the organization's own tools would see it. */
  stored(schema: string): Promise<readonly NodeDocument[][]>
}

export interface WorldOptions {
  /** @default 'seed' */
  era?: Era
  /** Of the tokens for today's nodes. */
  nuc?: Partial<NucMinterOptions>
  sandbox?: SandboxOptions
  minter?: Partial<SecretVaultMinterOptions>
  vault?: Partial<SecretVaultOptions<TestBroker>>
}

/** Starts everything; it closes with the test. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const sandbox = await startSandbox(options.sandbox)
  onTestFinished(() => sandbox.close())
  const { era = 'seed' } = options
  const user = Signer.generate()
  const broker = brokerFor(sandbox, options, user)
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
  const audiences = sandbox.secretvault.nodes.map(
    ({ did, didKey }) => `records/${era === 'seed' ? did : didKey}`,
  )
  return {
    sandbox,
    broker: served.url,
    client,
    vault: createSecretVault({ client, audience: 'records', ...options.vault }),
    user: {
      did: (await user.getDid()).didString,
      vault: createSecretVault({ client, audience: 'mine', ...options.vault }),
    },
    audiences,
    brokerRequests: () => requests,
    stored: (schema) =>
      Promise.all(audiences.map((_, i) => documentsOf(sandbox, { schema, era }, i))),
  }
}

function brokerFor(
  sandbox: Sandbox,
  { era = 'seed', minter, nuc }: WorldOptions,
  user: Signer,
): TestBroker {
  const { secretvault: cluster } = sandbox
  const records =
    era === 'seed'
      ? secretvault({ cluster, allowFullAuthority: true, ...minter })
      : nucMinter(sandbox, { signer: builderOf(sandbox), ...nuc })
  return createBroker({
    audiences: { records, mine: nucMinter(sandbox, { signer: user }) },
    authenticate: () => ({ subject: 'alice', login: 'session' }),
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
  })
}

/** Reads one node with a token made here, past any fault but `down`. */
async function documentsOf(
  sandbox: Sandbox,
  { schema, era }: { schema: string; era: Era },
  index: number,
): Promise<NodeDocument[]> {
  sandbox.nodes[index]?.clearFaults()
  const { secretvault: cluster } = sandbox
  const isSeed = era === 'seed'
  const minter = isSeed
    ? secretvault({ cluster })
    : nucMinter(sandbox, { signer: builderOf(sandbox) })
  const { name, resource } = minter.members()[index]!
  const { signal } = new AbortController()
  const request = { audience: name, member: name, lifetimeMs: 60_000, signal }
  const { value } = await minter.mint(request)
  const response = await fetch(`${resource}${isSeed ? 'api/v1/data/read' : 'v1/data/find'}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${value}`, 'content-type': 'application/json' },
    body: JSON.stringify({ [isSeed ? 'schema' : 'collection']: schema, filter: {} }),
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
