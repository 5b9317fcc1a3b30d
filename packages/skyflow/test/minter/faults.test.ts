import { inspect } from 'node:util'
import { createBroker, type BrokerEvent, type Minter } from '@valetkey/broker'
import { type Fault, startSandbox } from '@valetkey/sandbox'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { skyflow, type SkyflowMinterOptions } from '../../src/minter/index.ts'
import { rsaPem, secretsOf } from '../setup.ts'

const sandbox = await startSandbox({ nodes: 1 })
afterAll(() => sandbox.close())
beforeEach(() => sandbox.skyflowControl.reset())
const { credentials, contextCredentials, vaultUrl } = sandbox.skyflow

const strangersKey = rsaPem(2048)
const secrets = [...secretsOf(credentials.privateKey), ...secretsOf(strangersKey)]
const TEN_MINUTES_MS = 600_000

/** Skyflow's own words, pages and half bodies: nobody must read them in an error. */
const UPSTREAM = /docs\.skyflow\.com|JWT assertion's|Failed to load|Bad gateway|<html|grpc_code|eyJ/

interface Outcome {
  /** What the browser gets. */
  problem: string
  /** What the operator reads. */
  event: Extract<BrokerEvent, { event: 'mint-failed' }>
}

async function failing(minter: Minter, fault?: Fault): Promise<Outcome> {
  const events: BrokerEvent[] = []
  const broker = createBroker({
    audiences: { cards: minter },
    authenticate: () => ({ subject: 'ada', login: 'l' }),
    authorize: () => true,
    logger: { info() {}, warn() {}, error() {} },
    onEvent: (event) => events.push(event),
  })
  if (fault) sandbox.skyflowControl.fault(fault)
  const response = await broker.fetch(
    new Request('https://app.test/api/broker/tokens', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-valet-key': '1',
      },
      body: JSON.stringify({ tokens: [{ id: '1', audience: 'cards' }] }),
    }),
  )
  const event = events.find((one) => one.event === 'mint-failed')
  if (event?.event !== 'mint-failed') throw new Error('it did not fail')
  return { problem: await response.text(), event }
}

const minterOf = (options: Partial<SkyflowMinterOptions> = {}): Minter =>
  skyflow({ credentials, vaultUrl, ...options })
const clockOff = (offMs: number) => ({ clock: { now: () => Date.now() + offMs } })
const path = '/v1/auth/*'

interface Trouble {
  options?: Partial<SkyflowMinterOptions>
  fault?: Fault
}

describe('an operator reads what to do, a browser only that it is not its fault', () => {
  it.each<[string, Trouble, [code: string, advice: RegExp]]>([
    [
      'another account’s key',
      { options: { credentials: { ...credentials, privateKey: strangersKey } } },
      ['upstream_auth', /keyID and privateKey belong together/],
    ],
    [
      'a key that was revoked',
      { options: { credentials: { ...credentials, keyID: 'gone' } } },
      ['upstream_auth', /deleted, disabled, or is of the other environment/],
    ],
    [
      'another clientID',
      { options: { credentials: { ...credentials, clientID: 'other' } } },
      ['upstream_auth', /check clientID/],
    ],
    [
      'a role that is not the account’s',
      { options: { roles: ['nobodys'] } },
      ['upstream_auth', /check the role IDs/],
    ],
    [
      'an account that insists on a context',
      { options: { credentials: contextCredentials } },
      ['upstream_auth', /set the option `context`/],
    ],
    [
      'a clock 10 min ahead',
      { options: clockOff(TEN_MINUTES_MS) },
      ['upstream_auth', /clock is (599|600|601) s ahead of Skyflow's: set it by NTP/],
    ],
    [
      'a clock 10 min behind, where bearers are short',
      { options: { ...clockOff(-TEN_MINUTES_MS), lifetimeMs: 300_000 } },
      ['upstream_auth', /clock is (599|600|601) s behind Skyflow's: set it by NTP/],
    ],
    [
      'Skyflow’s clock 10 min behind ours',
      { fault: { clockOffsetMs: -TEN_MINUTES_MS } },
      ['upstream_auth', /clock is (599|600|601) s ahead of Skyflow's/],
    ],
    [
      '429 without Retry-After',
      { fault: { status: 429, path } },
      ['temporarily_unavailable', /429/],
    ],
    ['503', { fault: { status: 503, path } }, ['temporarily_unavailable', /503/]],
    [
      'a gateway’s page for a bearer',
      { fault: { body: 'html', path } },
      ['upstream_invalid', /check tokenURI, and what stands before Skyflow/],
    ],
    [
      'a gateway’s page for a refusal',
      { fault: { status: 403, body: 'html', path } },
      ['upstream_invalid', /gateway or login page stands before Skyflow/],
    ],
    [
      'a body that breaks off',
      { fault: { body: 'truncated', path } },
      ['temporarily_unavailable', /connection broke off/],
    ],
    ['half a body', { fault: { body: 'malformed', path } }, ['upstream_invalid', /not JSON/]],
    [
      'a connection that breaks',
      { fault: { drop: true, path } },
      ['temporarily_unavailable', /could not be reached/],
    ],
  ])('%s', async (_, { options, fault }, [code, advice]) => {
    const { problem, event } = await failing(minterOf(options), fault)
    expect(event).toMatchObject({ error: code, detail: expect.stringMatching(advice) })
    expect(JSON.parse(problem)).toMatchObject({ error: code, tokens: [{ error: code }] })
    const told = problem + inspect(event, { depth: 9 })
    for (const secret of secrets) expect(told).not.toContain(secret)
    expect(told).not.toMatch(UPSTREAM)
    expect(problem).not.toMatch(/clientID|NTP|tokenURI|keyID/)
  })

  it('a clock 10 min behind alone is no trouble: the bearer ends when it says', async () => {
    const token = await minterOf(clockOff(-TEN_MINUTES_MS)).mint({
      audience: 'cards',
      lifetimeMs: 3_600_000,
      signal: new AbortController().signal,
    })
    expect(token.expiresAt).toBeLessThanOrEqual(Date.now() - TEN_MINUTES_MS + 3_601_000)
  })
})
