import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { mintNuc, stranger } from '../nuc-tokens.ts'
import {
  credentialsSchema,
  mint,
  openNode,
  orgIdentity,
  SCHEMA_ID,
  strangerIdentity,
} from '../open-node.ts'
import { bodyOf, type Exchange, readTranscript, recorded, shown } from '../transcript.ts'

const RECORD_ID = '33333333-3333-4333-8333-333333333333'
const OTHER_ID = '44444444-4444-4444-8444-444444444444'
const QUERY_ID = '22222222-2222-4222-8222-222222222222'

/** How they were recorded shows in these: the statistics of a database that had none. */
const ARTEFACTS = ['schema meta (beta)', 'read collection meta']

const counts = { alike: 0, replayed: 0, artefacts: 0 }

afterAll(() => {
  const { alike, replayed, artefacts } = counts
  const share = ((100 * alike) / replayed).toFixed(1)
  console.info(
    `SecretVault transcripts: ${alike} of ${replayed} exchanges answered alike (${share} %), ${artefacts} artefacts left out`,
  )
})

/** Goes on after a difference, so that the count is of all. */
async function compare(exchange: Exchange, response: Response): Promise<void> {
  const [now, then] = [await shown(exchange.title, response), recorded(exchange)]
  counts.replayed += 1
  if (isDeepStrictEqual(now, then)) counts.alike += 1
  expect.soft(now).toEqual(then)
}

/** Those to replay: all but the artefacts. */
function exchangesOf(name: string): Exchange[] {
  const all = readTranscript(name)
  const replayed = all.filter(({ title }) => !ARTEFACTS.includes(title))
  counts.artefacts += all.length - replayed.length
  return replayed
}

const creationOf = (schema: string) => ({
  schema,
  data: [
    {
      _id: RECORD_ID,
      service: 'netflix',
      age: 3,
      at: '2026-01-02T03:04:05Z',
      secret: { '%share': 'AAA=' },
    },
    { _id: OTHER_ID, service: 'disney', age: 5 },
  ],
})

describe('a node replaying the exchanges recorded with nilDB 0.5', () => {
  const full: Record<string, unknown> = {
    'add schema': credentialsSchema,
    'add schema again': credentialsSchema,
    'add schema invalid body': { name: 'creds', schema: credentialsSchema.schema },
    create: creationOf(SCHEMA_ID),
    'add query': {
      _id: QUERY_ID,
      name: 'sum',
      schema: SCHEMA_ID,
      variables: { svc: { type: 'string', description: 'service' } },
      pipeline: [
        { $match: { service: '##svc' } },
        { $group: { _id: null, total: { $sum: '$age' } } },
      ],
    },
  }
  const origins: Record<string, string> = {
    'preflight allowed': 'http://localhost:8081',
    'preflight refused': 'https://evil.example',
  }

  async function replay(url: string, exchange: Exchange): Promise<Response> {
    const { title, method, path } = exchange
    const origin = origins[title]
    const body = bodyOf(exchange, full)
    return fetch(url + path, {
      method,
      headers: {
        'content-type': title === 'wrong content type' ? 'text/plain' : 'application/json',
        authorization: `Bearer ${await mint()}`,
        ...(origin && { origin, 'access-control-request-method': 'POST' }),
      },
      ...(body !== '' && { body }),
    })
  }

  it('answers each with the same status, content type, body and CORS headers', async () => {
    const exchanges = exchangesOf('golden-v05')
    expect(exchanges).toHaveLength(33)
    const node = await openNode({ cors: 'vendor', isRegistered: false })
    for (const exchange of exchanges) {
      if (exchange.title === 'inactive subscription')
        node.control.fault({ subscription: 'inactive' })
      await compare(exchange, await replay(node.url, exchange))
    }
  })

  it('is asked as the organization of the transcript', () => {
    expect(readTranscript('golden-v05')[0]?.body).toContain(orgIdentity.didNil)
  })
})

describe("a node replaying the exchanges recorded with today's nilDB", () => {
  const full: Record<string, unknown> = {
    'create collection': {
      _id: SCHEMA_ID,
      type: 'standard',
      name: 'c',
      schema: {
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'array',
        items: {
          type: 'object',
          properties: {
            _id: { type: 'string', format: 'uuid', coerce: true },
            svc: { type: 'string' },
          },
          required: ['_id', 'svc'],
        },
      },
    },
  }
  const tokenless = ['no token + invalid body', 'no token valid body', 'actual w/ origin']
  const minters: Record<string, () => Promise<string>> = {
    'garbage token': () => Promise.resolve('garbage'),
    'wrong audience': () => mintNuc({ audience: strangerIdentity.didKey }),
    'nbf +5s': () => mintNuc({ notBeforeMs: Date.now() + 5000 }),
    'unknown builder': () => mintNuc({ signer: stranger }),
    'sub=builder, signed by stranger': () =>
      mintNuc({ signer: stranger, subject: orgIdentity.didKey }),
    'cmd too narrow': () => mintNuc({ command: '/nil/db/data/create' }),
    'cmd deeper than needed': () => mintNuc({ command: '/nil/db/data/read/all' }),
  }

  async function replay(url: string, exchange: Exchange): Promise<Response> {
    const { title, method, path } = exchange
    const token = tokenless.includes(title) ? undefined : await (minters[title] ?? mintNuc)()
    const withOrigin = exchange.headers !== undefined
    const body = bodyOf(exchange, full)
    return fetch(url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(withOrigin && { origin: 'http://localhost:5173' }),
        ...(method === 'OPTIONS' && { 'access-control-request-method': 'POST' }),
        ...(body !== '' && { 'content-type': 'application/json' }),
      },
      ...(body !== '' && { body }),
    })
  }

  it('answers each with the same status, content type, body and CORS headers', async () => {
    const exchanges = exchangesOf('golden-v1')
    expect(exchanges).toHaveLength(26)
    const node = await openNode()
    for (const exchange of exchanges) await compare(exchange, await replay(node.url, exchange))
  })
})
