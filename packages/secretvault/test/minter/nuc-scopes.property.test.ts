import { Codec, Payload, Policy } from '@nillion/nuc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeySigner } from '../../src/minter/jws-signer.ts'
import { mintNuc } from '../../src/minter/nuc-token.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { vectors } from '../vectors/index.ts'
import { requestOf } from './nodes-of-today.ts'

const { org, node } = vectors.keys
const key = parseSigningKey(org.privateKeyHex) as SigningKey
const IDS = [
  '5b3f7c1e-0d0a-4c3f-9f39-6c1d5e0a7b21',
  '9d2c3a52-3a6a-4d11-8a57-17a0f3a0b2c4',
  'c0ffee00-1234-4abc-8def-0123456789ab',
]
const RUNS = process.env.VALETKEY_NIGHTLY ? 20_000 : 1_000

/** A call as a node sees it, with the words of which any one allows it. */
interface Call {
  command: string
  context: object
  words: readonly string[]
}

interface Shape {
  words: readonly string[]
  path: string
  body?: object
  query?: object
  id?: string
}

function call(command: string, { words, path, body = {}, query = {}, id }: Shape): Call {
  const param = id === undefined ? {} : { id }
  const context = { req: { path, headers: {} }, payload: { body, query, param } }
  return { command: `/nil/db/${command}`, context, words }
}

const PAGE = { limit: 1_000, offset: 0 }

/** Every route that shows policies its request, with every id. */
const CALLS: readonly Call[] = IDS.flatMap((id) => {
  const data = (deed: string) => ['data', `data:${deed}`, `data:${deed}:${id}`]
  const other = (realm: string, deed: string) => [realm, `${realm}:${deed}`]
  const inBody = { body: { collection: id, filter: {}, data: [{}] } }
  const runs = [
    'queries',
    'queries:read',
    'queries:execute',
    ...IDS.map((q) => `queries:execute:${q}`),
  ]
  return [
    call('data/read', { words: data('read'), path: '/v1/data/find', ...inBody }),
    call('data/read', {
      words: data('read'),
      path: `/v1/data/${id}/tail`,
      query: { limit: 25 },
      id,
    }),
    call('data/create', { words: data('create'), path: '/v1/data/standard', ...inBody }),
    call('data/create', { words: data('create'), path: '/v1/data/owned', ...inBody }),
    call('data/update', { words: data('update'), path: '/v1/data/update', ...inBody }),
    call('data/delete', { words: data('delete'), path: '/v1/data/delete', ...inBody }),
    call('data/delete', { words: data('delete'), path: `/v1/data/${id}/flush`, id }),
    call('queries/execute', {
      words: ['queries', 'queries:execute', `queries:execute:${id}`],
      path: '/v1/queries/run',
      body: { _id: id, variables: {} },
    }),
    call('queries/read', { words: runs, path: `/v1/queries/run/${id}`, query: PAGE, id }),
    call('queries/read', { words: other('queries', 'read'), path: '/v1/queries', query: PAGE }),
    call('queries/read', { words: other('queries', 'read'), path: `/v1/queries/${id}`, id }),
    call('queries/delete', { words: other('queries', 'delete'), path: `/v1/queries/${id}`, id }),
    call('queries/create', {
      words: other('queries', 'create'),
      path: '/v1/queries',
      body: { _id: id, name: 'n', collection: id, variables: {}, pipeline: [{}] },
    }),
    call('collections/read', {
      words: other('collections', 'read'),
      path: '/v1/collections',
      query: PAGE,
    }),
    call('collections/read', {
      words: other('collections', 'read'),
      path: `/v1/collections/${id}`,
      id,
    }),
    call('collections/delete', {
      words: other('collections', 'delete'),
      path: `/v1/collections/${id}`,
      id,
    }),
    call('collections/create', {
      words: other('collections', 'create'),
      path: '/v1/collections',
      body: { _id: id, type: 'standard', name: 'n', schema: {} },
    }),
    call('builders/read', { words: other('builders', 'read'), path: '/v1/builders/me' }),
    call('builders/delete', { words: other('builders', 'delete'), path: '/v1/builders/me' }),
  ]
})
/** A route that shows policies nothing, as those of users do. */
const BLIND: readonly Call[] = [
  { command: '/nil/db/data/read', context: {}, words: ['data', 'data:read'] },
  { command: '/nil/db/queries/read', context: {}, words: ['queries', 'queries:read'] },
  { command: '/nil/db/users/delete', context: {}, words: ['users', 'users:delete'] },
]

const scopes = fc
  .uniqueArray(fc.constantFrom(...new Set([...CALLS, ...BLIND].flatMap(({ words }) => words))), {
    minLength: 1,
    maxLength: 6,
  })
  .map((words) => words.join(' '))
/** One realm: most others are refused. */
const dataScopes = fc
  .uniqueArray(fc.constantFrom(...CALLS.slice(0, 7).flatMap(({ words }) => words.slice(1))), {
    minLength: 1,
    maxLength: 6,
  })
  .map((words) => words.join(' '))
const anyScope = fc.oneof(scopes, dataScopes)

/** As a node decides, by the vendor's own evaluation; signatures are other tests' matter. */
function judgeOf(token: string): (one: Call) => boolean {
  const { nuc, proofs } = Codec._unsafeDecodeBase64Url(token)
  const policies = proofs.map(({ payload }) => (payload as { pol: Policy }).pol)
  return ({ command, context }) =>
    Payload.isCommandAttenuationOf(command, nuc.payload.cmd) &&
    policies.every((policy) => Policy.evaluatePolicy(policy, {}, { ...context }))
}

const isGranted = (scope: string, { words }: Call): boolean =>
  scope.split(' ').some((word) => words.includes(word))

const order = {
  cluster: { signer: createKeySigner(key), orgDid: org.didKey, nodes: [], members: [] },
  url: 'https://node.example/',
  audience: node.didKey,
  exp: 1_893_456_000,
}

/** `undefined` where the minter refuses. */
async function mint(requested: string, granted: string): Promise<string | undefined> {
  return mintNuc({ ...order, request: requestOf({ scope: requested }) }, granted).then(
    ({ value }) => value,
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'invalid_target' })
      return undefined
    },
  )
}

describe('scopes', () => {
  it(`never give a token that allows more than was granted, or asked for, in ${RUNS} cases`, async () => {
    const seen = { tokens: 0, allowed: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(anyScope, fc.option(anyScope), async (granted, asked) => {
        const requested = asked ?? granted
        const token = await mint(requested, granted)
        if (token === undefined) return
        seen.tokens += 1
        const all = [...CALLS, ...BLIND]
        const allowed = all.filter(judgeOf(token))
        seen.allowed += allowed.length
        seen.refused += all.length - allowed.length
        expect(allowed.filter((one) => !isGranted(granted, one))).toEqual([])
        expect(allowed.filter((one) => !isGranted(requested, one))).toEqual([])
      }),
      { numRuns: RUNS },
    )
    // That they say no to everything would be no feat.
    expect(seen.tokens).toBeGreaterThan(RUNS / 8)
    expect(seen.allowed).toBeGreaterThan(RUNS)
    expect(seen.refused).toBeGreaterThan(RUNS)
  }, 120_000)

  it('allow all that was asked for: but a flush among other deeds, unless it names its collection', async () => {
    await fc.assert(
      fc.asyncProperty(dataScopes, async (scope) => {
        const token = (await mint(scope, scope)) ?? ''
        const isExcused = ({ context }: Call) =>
          scope.split(' ').includes('data:delete') && JSON.stringify(context).includes('/flush"')
        const isAllowed = judgeOf(token)
        const missing = CALLS.filter((one) => isGranted(scope, one) && !isAllowed(one))
        expect(missing.filter((one) => !isExcused(one))).toEqual([])
      }),
      { numRuns: RUNS / 5 },
    )
  }, 120_000)
})
