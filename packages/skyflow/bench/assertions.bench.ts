/** How many RS256 assertions a second, beside one after another on the event loop. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { createAssertions, createSigner } from '../src/minter/assertion.ts'
import { parsePrivateKey } from '../src/minter/private-key.ts'

export interface Figure {
  readonly name: string
  readonly value: number
  /** The value must not be above it. */
  readonly limit: number
  readonly unit: string
}

const ROUNDS = 15
const COUNT = 240
/** As many users at once as threads sign for. */
const AT_ONCE = 8
const TOKEN_URI = 'https://manage.skyflowapis.com/v1/auth/sa/oauth/token'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export default async function figures(): Promise<Figure[]> {
  const ours = await ourSigner()
  const ratios: number[] = []
  // In turns, so that both have the same neighbours.
  for (let round = -2; round < ROUNDS; round += 1) {
    const synchronous = await secondsOf(async () => signInTurn())
    const own = await secondsOf(async () => signAtOnce(ours))
    if (round >= 0) ratios.push(own / synchronous)
  }
  const value = ratios.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
  console.error(`RS256 assertions: ${(1 / value).toFixed(2)}× the synchronous rate`)
  return [
    {
      name: 'an RS256 assertion, time as a share of signing on the event loop with the key parsed once',
      value,
      limit: 1 / 1.3,
      unit: '×',
    },
  ]
}

type Sign = () => Promise<string>

async function ourSigner(): Promise<Sign> {
  const key = parsePrivateKey(pem)
  if ('fault' in key) throw new Error(key.fault)
  const account = { clientId: 'c', keyId: 'k', tokenUri: TOKEN_URI, privateKey: key }
  const signAssertion = createAssertions(account, TOKEN_URI, createSigner(account))
  return async () => signAssertion({ context: undefined, now: Date.now(), lifetimeMs: 3_600_000 })
}

async function signAtOnce(signOne: Sign): Promise<void> {
  for (let signed = 0; signed < COUNT; signed += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, signOne))
}

const keyObject = createPrivateKey(pem)

function signInTurn(): string[] {
  return Array.from({ length: COUNT }, () => {
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: 'c', sub: 'c', key: 'k', aud: TOKEN_URI, iat, exp: iat + 3600 }
    const input = `${partOf({ alg: 'RS256', typ: 'JWT' })}.${partOf(claims)}`
    return `${input}.${sign('sha256', Buffer.from(input), keyObject).toString('base64url')}`
  })
}

function partOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

if (import.meta.main)
  for (const { name, value, limit, unit } of await figures())
    console.log(
      `${value <= limit ? 'ok  ' : 'FAIL'} ${value.toFixed(3)} ${unit} (limit ${limit.toFixed(3)})  ${name}`,
    )
