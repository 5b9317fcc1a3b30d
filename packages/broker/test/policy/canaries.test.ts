import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createBroker, MintError } from '../../src/index.ts'
import { openTelemetry } from '../../src/opentelemetry/index.ts'
import { createTestMinter } from '../../src/testing/index.ts'
import { BASE, BROWSER_HEADERS, tokenRequest } from '../harness.ts'
import { tell } from './counts.ts'

/** Made anew in each run, so that none can be in a file by chance. */
function plant() {
  const random = (bytes: number): string =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const apiKey = `sky-${random(24)}`
  return {
    hexKey: random(32),
    pem,
    json: JSON.stringify({ clientID: 'c', privateKey: pem }),
    basic: `Basic ${Buffer.from(`broker:${random(16)}`).toString('base64')}`,
    apiKey,
    cookie: random(24),
    bearer: ['eyJhbGciOiJub25lIn0', random(40), random(32)].join('.'),
    token: ['eyJhbGciOiJFUzI1NksifQ', random(60), random(32)].join('.'),
  }
}

/** What must not be found: the secrets, and any piece of one that is long enough to be of use. */
function piecesOf(secrets: Readonly<Record<string, string>>): string[] {
  return Object.values(secrets).flatMap((secret) =>
    secret
      .split(/[\s.:"{},]+/)
      .filter((piece) => piece.length >= 24 && !piece.startsWith('eyJhbGciOi'))
      .flatMap((piece) => [piece, piece.slice(0, 24), piece.slice(-24)]),
  )
}

const printed: string[] = []

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(String(text))
      return true
    })
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, level).mockImplementation((...args) => void printed.push(inspect(args)))
})

afterEach(() => {
  vi.restoreAllMocks()
  context.disable()
})

it('shows in nothing it writes, reports, traces or answers any of eight planted secrets', async () => {
  const secrets = plant()
  const everything = Object.values(secrets).join(' and ')
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  })
  const outputs: string[] = []
  const note = (what: unknown): void =>
    void outputs.push(
      typeof what === 'string' ? what : `${JSON.stringify(what)} ${inspect(what, { depth: 9 })}`,
    )

  const bad = createTestMinter({ name: 'bad' })
  const good = createTestMinter({ name: 'good' })
  good.alter((token) => ({ ...token, value: secrets.token }))
  let isLoginBroken = false
  let isPolicyBroken = false
  const options = {
    audiences: {
      bad,
      good,
      hidden: {
        minter: good,
        delivery: 'proxy',
        allow: [{ method: 'GET', path: '/*' }],
        resource: 'https://vault.test/',
      },
    },
    authenticate(request: Request) {
      if (isLoginBroken) throw new Error(`no session ${everything}`)
      return request.headers.get('Cookie')?.includes(secrets.cookie)
        ? { subject: 'ada', login: '1' }
        : null
    },
    authorize() {
      if (isPolicyBroken) throw new Error(`policy of ${everything}`)
      return true
    },
    fetch: async () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error(everything) })),
    onEvent: note,
    telemetry: openTelemetry({ tracerProvider }),
    serverTiming: true,
  } as const
  const broker = createBroker(options)
  const headers = { Cookie: `s=${secrets.cookie}`, Authorization: `Bearer ${secrets.bearer}` }
  let tokensGiven = 0
  const send = async (request: Request): Promise<void> => {
    const response = await broker.fetch(request)
    const text = await response.text()
    // To whom it was minted for, the token is no secret; it is looked for everywhere else.
    tokensGiven += text.split(secrets.token).length - 1
    note(text.replaceAll(secrets.token, ''))
    note(Object.fromEntries(response.headers))
  }
  const ask = (...names: string[]): Promise<void> =>
    send(
      tokenRequest({ tokens: names.map((audience, id) => ({ id: `${id}`, audience })) }, headers),
    )

  const codes = [
    'upstream_invalid',
    'upstream_auth',
    'upstream_timeout',
    'temporarily_unavailable',
  ] as const
  for (const code of codes) {
    bad.fail(new MintError(code, everything, { cause: new Error(everything) }))
    await ask('bad', 'good', 'hidden')
  }
  bad.fail(Object.assign(new Error(everything), { response: everything, config: secrets }))
  await ask('bad')
  await send(
    tokenRequest(
      `{"tokens":[{"id":"1","audience":"good","scope":"${secrets.hexKey} ${secrets.apiKey}"}]}`,
      headers,
    ),
  )
  await send(tokenRequest(everything, headers))
  await send(
    new Request(`${BASE}/proxy/hidden/v1/${secrets.hexKey}?key=${secrets.apiKey}`, {
      headers: { ...BROWSER_HEADERS, ...headers },
    }),
  )
  await send(
    tokenRequest(
      { tokens: [{ id: '1', audience: 'good' }] },
      { ...headers, Origin: `https://${secrets.hexKey}.test`, 'Sec-Fetch-Site': 'cross-site' },
    ),
  )
  isPolicyBroken = true
  await ask('good')
  isLoginBroken = true
  await ask('good')
  note(broker)
  note(await broker.mint('good', 'server').catch((error: unknown) => error))
  try {
    createBroker({ ...options, basePath: secrets.hexKey, [secrets.apiKey]: 1 } as never)
  } catch (error) {
    // Names of options are the operator's own words, and quoted; values are not.
    note(String(error).replaceAll(secrets.apiKey, '').replaceAll(secrets.hexKey, ''))
  }
  for (const { name, attributes, status, events } of spans.getFinishedSpans())
    note({ name, attributes, status, events })

  const all = [...outputs, ...printed]
  const found = piecesOf(secrets).filter((piece) => all.some((text) => text.includes(piece)))
  vi.restoreAllMocks()
  expect(found).toEqual([])
  expect(tokensGiven).toBeGreaterThan(0)
  expect(all.length).toBeGreaterThan(100)
  const characters = all.reduce((sum, text) => sum + text.length, 0)
  tell(
    `canaries: ${Object.keys(secrets).length} secrets looked for in ${all.length} outputs of ${characters} characters, ${found.length} hits`,
  )
})
