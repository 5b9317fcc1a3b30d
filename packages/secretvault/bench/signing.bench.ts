/** What a node token costs, signer by signer, as a share of what the seed documents' own code takes. */
import { type Broker, createBroker } from '@valetkey/broker'
import { createJWT as createJwt8, ES256KSigner as signer8 } from 'did-jwt'
import { createJWT as createJwt9, ES256KSigner as signer9 } from 'did-jwt-9'
import { didOf } from '../src/minter/did.ts'
import { signJwt } from '../src/minter/es256k.ts'
import { secretvault } from '../src/minter/index.ts'
import { createKeySigner } from '../src/minter/jws-signer.ts'
import { type SigningEngine, signingEngines } from '../src/minter/signing-engines.ts'
import { parseSigningKey } from '../src/minter/signing-key.ts'
import { inRounds, median, ratioOf, type Work } from './rounds.ts'

export interface Figure {
  readonly name: string
  readonly value: number
  /** The value must not be above it. */
  readonly limit: number
  readonly unit: string
}

const ROUNDS = 9
const NODES = 100
const AT_ONCE = 10
const SECRET = '22'.repeat(32)
const key = keyOf(SECRET)
const orgDid = didOf(key.publicKey, 'testnet')
const nodes = Array.from({ length: NODES }, (_, index) => {
  const { publicKey } = keyOf((index + 1).toString(16).padStart(64, '0'))
  return { url: `https://node-${index}.example`, did: didOf(publicKey, 'testnet') }
})

/** Shares of `did-jwt` 9, which is what the documents' `npm install did-jwt` gives; 8 is for comparison. */
export default async function figures(): Promise<Figure[]> {
  return [...(await signers()), await group()]
}

/** 10× as many tokens per second are a tenth of the time. */
const LIMITS: readonly [RegExp, number][] = [
  [/native/, 1 / 10],
  [/WebAssembly/, 1 / 4],
  [/OpenSSL/, 1 / 1.3],
]

async function signers(): Promise<Figure[]> {
  const engines = signingEngines().filter(({ name }) => LIMITS.some(([kind]) => kind.test(name)))
  const works: Record<string, Work> = {
    'did-jwt 9': { count: 60, run: async (count) => seedTokens(count) },
    'did-jwt 8': {
      count: 60,
      run: async (count) => seedTokens(count, { createJWT: createJwt8, ES256KSigner: signer8 }),
    },
  }
  for (const engine of engines) works[engine.name] = ownTokens(engine)
  const taken = await inRounds(works, ROUNDS)
  for (const [name, { cpuUs }] of Object.entries(taken)) {
    const share = ratioOf(cpuUs, taken['did-jwt 9']?.cpuUs ?? [])
    console.error(
      `${name}: ${median(cpuUs).toFixed(0)} µs of CPU, ${(1 / share).toFixed(1)}× did-jwt 9`,
    )
  }
  return engines.map(({ name }) => ({
    name: `a node token by ${name}, CPU as a share of the seed's code`,
    value: ratioOf(taken[name]?.cpuUs ?? [], taken['did-jwt 9']?.cpuUs ?? []),
    limit: LIMITS.find(([kind]) => kind.test(name))?.[1] ?? 1,
    unit: '×',
  }))
}

/** The loop of the seed document. */
async function seedTokens(
  count: number,
  { createJWT, ES256KSigner } = { createJWT: createJwt9, ES256KSigner: signer9 as typeof signer8 },
): Promise<string[]> {
  const signer = ES256KSigner(Buffer.from(SECRET, 'hex'))
  const tokens: string[] = []
  for (let index = 0; index < count; index += 1) {
    const payload = {
      iss: orgDid,
      aud: nodes[index % NODES]?.did ?? '',
      exp: Math.floor(Date.now() / 1000) + 3600,
    }
    tokens.push(await createJWT(payload, { issuer: orgDid, signer }, { alg: 'ES256K' }))
  }
  return tokens
}

/** The signer is chosen and tried once, as it is at the start of a broker. */
function ownTokens(engine: SigningEngine): Work {
  const signer = createKeySigner(key, [engine])
  const one = async (_: unknown, index: number): Promise<string> =>
    signJwt(
      {
        iss: orgDid,
        aud: nodes[index % NODES]?.did ?? '',
        exp: Math.floor(Date.now() / 1000) + 3600,
        jti: crypto.randomUUID(),
      },
      signer,
    )
  // A few at a time, as the nodes of a group are.
  const run = async (count: number): Promise<void> => {
    for (let signed = 0; signed < count; signed += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, one))
  }
  return { run, count: 300 }
}

/** Through a running broker, policy and answer included, each time as after a rotation: nothing is cached. */
async function group(): Promise<Figure> {
  const cluster = { secretKey: SECRET, orgDid, nodes }
  const minter = secretvault({ cluster, allowFullAuthority: true })
  const broker = createBroker({
    audiences: { records: { ...minter, credentialVersion: () => String(asked) } },
    authenticate: () => ({ subject: 'ada', login: '1' }),
    authorize: () => true,
    rateLimit: false,
    // As full as it gets: what was minted before goes.
    maxCachedTokens: NODES,
  })
  const taken = await inRounds(
    {
      seed: { count: 2, run: async (count) => seedTokens(count * NODES) },
      broker: { count: 40, run: async (count) => brokerTokens(broker, count) },
    },
    ROUNDS,
  )
  await broker.close()
  const ms = (us: readonly number[]): string => (median(us) / 1000).toFixed(1)
  console.error(
    `${NODES} node tokens: seed ${ms(taken.seed.cpuUs)} ms, broker ${ms(taken.broker.cpuUs)} ms`,
  )
  return {
    name: `${NODES} node tokens in one request, CPU as a share of the seed's code`,
    value: ratioOf(taken.broker.cpuUs, taken.seed.cpuUs),
    limit: 1 / 6,
    unit: '×',
  }
}

let asked = 0
let lastToken: string | undefined

async function brokerTokens(broker: Broker, count: number): Promise<void> {
  for (let request = 0; request < count; request += 1) {
    asked += 1
    await brokerRequest(broker)
  }
}

async function brokerRequest(broker: Broker): Promise<void> {
  const response = await broker.fetch(
    new Request('https://app.example/api/broker/tokens', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-valet-key': '1',
        'sec-fetch-site': 'same-origin',
      },
      body: JSON.stringify({ tokens: [{ id: '1', audience: 'records' }] }),
    }),
  )
  const { tokens }: { tokens: { access_token?: string }[] } = await response.json()
  const granted = tokens.filter(({ access_token }) => access_token !== undefined)
  if (granted.length !== NODES) throw new Error(`${granted.length} of ${NODES} tokens`)
  if (granted[0]?.access_token === lastToken) throw new Error('the tokens came from the cache')
  lastToken = granted[0]?.access_token
}

function keyOf(digits: string) {
  const parsed = parseSigningKey(digits)
  if ('fault' in parsed) throw new Error(parsed.fault)
  return parsed
}

if (import.meta.main)
  for (const { name, value, limit, unit } of await figures())
    console.log(
      `${value <= limit ? 'ok  ' : 'FAIL'} ${value.toFixed(3)} ${unit} (limit ${limit.toFixed(3)})  ${name}`,
    )
