/** What it costs to have several nodes: to read from all of them, to write a thousand records to three. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Signer } from '@nillion/nuc'
import { SecretVaultBuilderClient } from '@nillion/secretvaults'
import { createBroker, type GroupMinter } from '@valetkey/broker'
import { createTokenClient } from '@valetkey/client'
import { createSecretVault, type SecretVault } from '../src/index.ts'
import { didOf } from '../src/minter/did.ts'
import { secretvault } from '../src/minter/index.ts'
import { parseSigningKey, type SigningKey } from '../src/minter/signing-key.ts'
import { createSharing } from '../src/sharing.ts'
import { inRounds, median, ratioOf, type Work } from './rounds.ts'
import type { Figure } from './signing.bench.ts'

const ROUNDS = 60
const ADDED_MS = 20
/** Reads without that delay at first, until the engine has compiled what is measured. */
const WARM_READS = 1_500
const SIZES = [3, 5, 10]
const RECORDS = 1_000
const BROKER = 'https://app.example/api/broker'
const SCHEMA_ID = '11111111-1111-4111-8111-111111111111'

/** One round trip and at most a tenth; a fifth of the time is five times as fast. */
export default async function figures(): Promise<Figure[]> {
  const reads: Figure[] = []
  for (const size of SIZES) reads.push(await readsOver(size))
  return [...reads, ...(await writes())]
}

async function readsOver(size: number): Promise<Figure> {
  const record = { service: 'mail', password: { '%allot': 'hunter2' }, pin: { '%allot': 1234 } }
  const copies = await createSharing().split({ _id: SCHEMA_ID, ...record }, size)
  const bodies = copies.map((copy) => JSON.stringify({ data: [copy] }))
  const thread = new Worker(new URL('./slow-nodes.ts', import.meta.url), { workerData: bodies })
  const [ports]: number[][] = await once(thread, 'message')
  const urls = (ports ?? []).map((port) => `http://127.0.0.1:${port}`)
  const vault = vaultOver(minterFor(urls))
  const [one = ''] = urls
  const works = {
    [`${size} nodes`]: repeated(() => readOne(vault)),
    'all round trips': repeated(() => Promise.all(urls.map(roundTrip))),
    'one round trip': repeated(() => roundTrip(one)),
  }
  for (const { run } of Object.values(works)) await run(WARM_READS)
  thread.postMessage(ADDED_MS)
  await once(thread, 'message')
  const taken = await inRounds(works, ROUNDS)
  const wall = taken[`${size} nodes`]?.wallUs ?? []
  const bare = taken['one round trip']?.wallUs ?? []
  await thread.terminate()
  const ms = (values: readonly number[]): string => (median(values) / 1_000).toFixed(1)
  const all = taken['all round trips']?.wallUs ?? []
  console.error(
    `read over ${size} nodes: ${ms(wall)} ms; ${size} bare round trips at once ${ms(all)} ms, one ${ms(bare)} ms`,
  )
  const name = `a read over ${size} nodes, secrets joined, over one node's round trip`
  return { name, value: ratioOf(wall, bare), limit: 1.1, unit: '×' }
}

async function readOne(vault: SecretVault): Promise<void> {
  const { records } = await vault.find<{ pin: number }>(SCHEMA_ID)
  if (records[0]?.pin !== 1234) throw new Error('The record was not joined')
}

/** The same exchange with one node, and no more than that. */
async function roundTrip(url: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/data/read`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify({ schema: SCHEMA_ID, filter: {} }),
  })
  await response.json()
}

function repeated(work: () => Promise<unknown>): Work {
  return {
    count: 3,
    async run(count) {
      for (let done = 0; done < count; done += 1) await work()
    },
  }
}

interface SandboxCluster {
  secretKey: string
  orgDid: string
  nodes: { url: string; did: string }[]
}

const columns = { type: 'object', properties: { '%share': { type: 'string' } } }
const schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      _id: { type: 'string', format: 'uuid', coerce: true },
      service: { type: 'string' },
      password: columns,
    },
    required: ['_id', 'service', 'password'],
  },
}

const records = (): { _id: string; service: string; password: { '%allot': string } }[] =>
  Array.from({ length: RECORDS }, (_, index) => ({
    _id: randomUUID(),
    service: `service ${index}`,
    password: { '%allot': `secret ${index}` },
  }))

async function writes(): Promise<Figure[]> {
  const { child, cluster } = await startNodes()
  try {
    const official = await SecretVaultBuilderClient.from({
      signer: Signer.fromPrivateKey(cluster.secretKey),
      dbs: cluster.nodes.map(({ url }) => url),
      blindfold: { operation: 'store' },
    })
    const collection = randomUUID()
    await official.createCollection({ _id: collection, type: 'standard', name: 'c', schema })
    const vault = vaultOver(secretvault({ cluster, allowFullAuthority: true }))
    const { id } = await vault.createSchema({ name: 's', schema })
    await vault.create(id, records().slice(0, 10))
    const data = records()

    const theirsMs = await timed(async () => {
      for (const one of data) await official.createStandardData({ collection, data: [one] })
    })
    const theirBatchMs = await timed(() =>
      official.createStandardData({ collection, data: records() }),
    )
    const oursMs = await timed(() => vault.create(id, records()))
    const oursSinglyMs = await timed(async () => {
      for (const one of records()) await vault.create(id, [one])
    })
    console.error(
      `${RECORDS} records, ms: official one by one ${theirsMs.toFixed(0)}, official in one call ` +
        `${theirBatchMs.toFixed(0)}, ours in one call ${oursMs.toFixed(0)}, ours one by one ${oursSinglyMs.toFixed(0)}`,
    )
    const name = `${RECORDS} records with shares to 3 nodes, over the official client's one by one`
    return [
      { name, value: oursMs / theirsMs, limit: 1 / 5, unit: '×' },
      {
        name: `the same one by one, over the official client's one by one`,
        value: oursSinglyMs / theirsMs,
        limit: 1,
        unit: '×',
      },
    ]
  } finally {
    child.kill()
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}

/** Three nodes in a process of their own. */
async function startNodes(): Promise<{ child: ChildProcess; cluster: SandboxCluster }> {
  const cli = fileURLToPath(new URL('../../sandbox/src/cli.ts', import.meta.url))
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(process.execPath, [cli, '--json'], { stdio: [...stdio] })
  const [line]: string[] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, cluster: JSON.parse(line ?? '').secretvault }
}

function vaultOver(minter: GroupMinter): SecretVault {
  const broker = createBroker({
    audiences: { records: minter },
    authenticate: () => ({ subject: 'ada', login: 'session' }),
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
  })
  const client = createTokenClient<typeof broker>(BROKER, {
    headers: () => ({ authorization: 'Bearer session' }),
    fetch(input, init) {
      // No request of its own for a node's call, which would be part of what is measured.
      const isForBroker = typeof input === 'string' && input.startsWith(BROKER)
      return isForBroker ? broker.fetch(new Request(input, init)) : fetch(input, init)
    },
  })
  return createSecretVault({ client, audience: 'records' })
}

function minterFor(urls: readonly string[]): GroupMinter {
  const secretKey = '22'.repeat(32)
  const orgDid = didOf(keyOf(secretKey).publicKey, 'testnet')
  const nodes = urls.map((url, index) => {
    const { publicKey } = keyOf((index + 1).toString(16).padStart(64, '0'))
    return { url, did: didOf(publicKey, 'testnet') }
  })
  const cluster = { orgCredentials: { secretKey, orgDid }, nodes }
  return secretvault({ cluster, allowFullAuthority: true })
}

function keyOf(hex: string): SigningKey {
  const key = parseSigningKey(hex)
  if ('fault' in key) throw new Error(key.fault)
  return key
}

if (import.meta.main) {
  for (const { name, value, limit, unit } of await figures())
    console.log(`${name}: ${value.toPrecision(3)} ${unit} (at most ${limit})`)
  // Kept-alive connections would keep the process.
  process.exit()
}
