import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { credentialsSchema, mint, openNode, orgIdentity, SCHEMA_ID } from '../open-node.ts'

const RECORD_ID = '33333333-3333-4333-8333-333333333333'
const OTHER_ID = '44444444-4444-4444-8444-444444444444'
const QUERY_ID = '22222222-2222-4222-8222-222222222222'
const PREFLIGHT_ORIGINS: Record<string, string> = {
  'preflight allowed': 'http://localhost:8081',
  'preflight refused': 'https://evil.example',
}

/** The transcript cuts long bodies; these are theirs in full. */
const FULL_BODIES: Record<string, unknown> = {
  'add schema': credentialsSchema,
  'add schema again': credentialsSchema,
  'add schema invalid body': { name: 'creds', schema: credentialsSchema.schema },
  create: {
    schema: SCHEMA_ID,
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
  },
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

/** An artefact of how the transcript was recorded: collection statistics. */
const ARTEFACTS = ['schema meta (beta)']

interface Exchange {
  title: string
  method: string
  path: string
  body: string
  status: number
  contentType: string | null
  answer: string
  headers: string | undefined
}

function readTranscript(): Exchange[] {
  const text = readFileSync(new URL('../vectors/golden-v05.txt', import.meta.url), 'utf8')
  return text
    .split(/^# /m)
    .slice(1)
    .map((section) => {
      const [title = '', request = '', response = '', headers] = section.trimEnd().split('\n')
      const [, method = '', path = '', body = ''] = /^(\S+) (\S+) ?(.*)$/.exec(request) ?? []
      const [, status, type, answer = ''] = /^=> (\d+) \[(.*?)\] ?(.*)$/.exec(response) ?? []
      const contentType = type === 'null' ? null : (type ?? null)
      return { title, method, path, body, status: Number(status), contentType, answer, headers }
    })
}

function bodyOf({ title, body }: Exchange): string {
  if (!(title in FULL_BODIES)) return body
  const full = JSON.stringify(FULL_BODIES[title])
  expect(full.slice(0, body.length), `the full body of "${title}"`).toBe(body)
  return full
}

const maskTimes = (text: string): string =>
  text.replaceAll(/"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z"/g, (time) =>
    // A record's own date is data, the rest is when it happened.
    time.startsWith('"2026-01-02T') ? time : '"<time>"',
  )

async function replay(url: string, exchange: Exchange): Promise<Response> {
  const { title, method, path } = exchange
  const origin = PREFLIGHT_ORIGINS[title]
  const body = bodyOf(exchange)
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

interface Outcome {
  title: string
  status: number
  contentType: string | null
  answer: string
  corsHeaders: unknown
}

function recorded({ title, status, contentType, answer, headers }: Exchange): Outcome {
  const corsHeaders = headers === undefined ? [] : JSON.parse(headers)
  return { title, status, contentType, answer: maskTimes(answer), corsHeaders }
}

async function shown(title: string, response: Response): Promise<Outcome> {
  const { status, headers } = response
  const answer = maskTimes(await response.text())
  const corsHeaders = [...headers].filter(
    ([name]) => name.startsWith('access-control') || name === 'vary',
  )
  return { title, status, contentType: headers.get('content-type'), answer, corsHeaders }
}

describe('a node replaying the recorded exchanges', () => {
  it('answers each with the same status, content type, body and CORS headers', async () => {
    const exchanges = readTranscript().filter(({ title }) => !ARTEFACTS.includes(title))
    expect(exchanges).toHaveLength(33)
    const node = await openNode({ cors: 'vendor', isRegistered: false })

    for (const exchange of exchanges) {
      if (exchange.title === 'inactive subscription')
        node.control.fault({ subscription: 'inactive' })
      const response = await replay(node.url, exchange)
      expect(await shown(exchange.title, response)).toEqual(recorded(exchange))
    }
  })

  it('is asked as the organization of the transcript', () => {
    expect(readTranscript()[0]?.body).toContain(orgIdentity.didNil)
  })
})
