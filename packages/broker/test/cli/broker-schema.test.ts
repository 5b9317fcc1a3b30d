import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { folderWith, run } from './terminal.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../schema/broker.schema.json', import.meta.url), 'utf8'),
)
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)

const FULL = {
  $schema: './node_modules/@valetkey/broker/schema/broker.schema.json',
  server: { port: 8080, hostname: '0.0.0.0', shutdownMs: 10_000 },
  audiences: {
    cards: { use: 'static', options: { token: { env: 'TOKEN' } }, allowOutliving: true },
    kept: {
      use: 'static',
      options: { token: { env: 'TOKEN' } },
      delivery: 'proxy',
      resource: 'https://vault.test/',
      allow: ['GET /v1/cards/:card'],
      maxBodyBytes: 1_000,
      stallTimeoutMs: 1_000,
      totalTimeoutMs: 1_000,
    },
  },
  authenticate: {
    jwksUrl: 'https://login.test/jwks.json',
    issuer: 'https://login.test/',
    audience: ['https://api.test'],
    algorithms: ['ES256'],
    cookie: 'session',
    subjectClaim: 'sub',
    loginClaim: 'sid',
    roles: 'groups',
    typ: 'at+jwt',
    clockToleranceMs: 0,
    jwksMaxAgeMs: 1_000,
    jwksCooldownMs: 1_000,
    jwksTimeoutMs: 1_000,
  },
  authorize: { user: ['cards', { audience: 'kept', maxLifetimeMs: 1_000 }] },
  redis: {
    url: '${REDIS_URL:-redis://127.0.0.1:1}',
    keys: ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    prefix: 'app',
    timeoutMs: 100,
    lockMs: 1_000,
    required: true,
  },
  basePath: '/broker',
  origins: ['https://app.test'],
  timeoutMs: 1_000,
  graceMs: 1_000,
  maxCachedTokens: 10,
  rateLimit: { perPrincipal: { count: 1, perSeconds: 1 }, perAddress: false, global: false },
  clientAddress: { trustedProxies: 1 },
  upstream: { maxConcurrent: 1, maxQueued: 1, failuresToBreak: 1, breakMs: 1 },
  insecureDev: false,
}

describe('broker.schema.json', () => {
  it('takes a configuration with every option, and so does the broker', async () => {
    expect({ valid: validate(FULL), errors: validate.errors }).toEqual({
      valid: true,
      errors: null,
    })
    const file = `${folderWith({ 'broker.json': FULL })}/broker.json`
    const TOKEN = process.env.TOKEN
    process.env.TOKEN = JSON.stringify({ token: 'x', expiresAt: '2099-01-01T00:00:00Z' })
    const { errors } = await run(['serve', '--check', '--config', file])
    if (TOKEN === undefined) delete process.env.TOKEN
    else process.env.TOKEN = TOKEN
    expect(errors).toBe('')
  })

  it('names every option of the file that the broker names, and no other', async () => {
    const file = `${folderWith({ 'broker.json': { x: 1, audiences: { cards: { x: 1 } }, server: { x: 1 } } })}/broker.json`
    const { errors } = await run(['serve', '--check', '--config', file])
    const known = (owner: string): string[] =>
      (new RegExp(`is not an option of ${owner}.*known are (.*)`).exec(errors)?.[1] ?? '')
        .split(', ')
        .toSorted()
    expect(Object.keys(schema.properties).toSorted()).toEqual(known('this file'))
    expect(Object.keys(schema.$defs.audience.properties).toSorted()).toEqual(known('an audience'))
    expect(Object.keys(schema.properties.server.properties).toSorted()).toEqual(known('server'))
  })

  it.each([
    ['examples/no-code/broker.json', (text: string) => text],
    ['examples/no-code/broker.fleet.json', (text: string) => text],
    [
      'docs/broker-deploy.md',
      (text: string) => /```json\n(\{\n {2}"\$schema"[\s\S]*?)```/.exec(text)?.[1] ?? '',
    ],
  ])('takes the configuration in %s', (file, blockIn) => {
    const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8')
    const valid = validate(JSON.parse(blockIn(text)))
    expect({ valid, errors: validate.errors }).toEqual({ valid: true, errors: null })
  })

  it.each([
    ['a typo', { ...FULL, orgins: [] }],
    ['no audience', { ...FULL, audiences: {} }],
    ['an audience without a minter', { ...FULL, audiences: { cards: {} } }],
    ['a rule without a method', { ...FULL, audiences: { a: { use: 'x', allow: ['/v1'] } } }],
    ['a login without an audience', { ...FULL, authenticate: { issuer: 'x' } }],
    ['a rate without a time', { ...FULL, rateLimit: { global: { count: 1 } } }],
  ])('refuses %s', (_, config) => {
    expect(validate(config)).toBe(false)
  })
})
