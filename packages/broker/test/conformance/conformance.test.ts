import { readFileSync } from 'node:fs'
import { formatConformanceReport, runBrokerConformance } from '@valetkey/broker/conformance'
import { describe, expect, it, vi } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { createOurs } from './ours.ts'

vi.setConfig({ testTimeout: 60_000 })

async function run(isBearer = false, spoil = (fetch: typeof globalThis.fetch) => fetch) {
  const { broker, options } = createOurs(isBearer)
  return runBrokerConformance({ ...options, fetch: spoil(broker.fetch as typeof globalThis.fetch) })
}

const idsOf = (report: Awaited<ReturnType<typeof run>>, outcome: string): string[] =>
  report.results.filter((result) => result.outcome === outcome).map(({ id }) => id)

let ofMutants: Map<string, ReturnType<typeof runBrokerConformance>> | undefined

/** All at once: a run is mostly a second that passes, so that a token can be seen to age. */
function reportsOfMutants(): NonNullable<typeof ofMutants> {
  return (ofMutants ??= new Map(
    MUTANTS.map(({ name, spoil }) => {
      const { broker, options } = createOurs()
      return [name, runBrokerConformance({ ...options, fetch: spoil(broker.fetch) })]
    }),
  ))
}

describe('runBrokerConformance', () => {
  it('passes our broker in every case, signed in by cookie', async () => {
    const report = await run()
    expect(idsOf(report, 'failed')).toEqual([])
    expect(idsOf(report, 'skipped')).toEqual([])
    expect(report).toMatchObject({ ok: true, passed: report.results.length, failed: 0 })
  })

  it('passes our broker signed in by bearer, but for the case about cookies', async () => {
    const report = await run(true)
    expect(idsOf(report, 'failed')).toEqual([])
    expect(idsOf(report, 'skipped')).toEqual(['page-cookie-beside-bearer'])
  })

  describe.each(MUTANTS)('of a broker that $name', ({ name, found }) => {
    it('finds that and nothing else', async () => {
      const report = await reportsOfMutants().get(name)
      expect(idsOf(report!, 'failed').toSorted()).toEqual(found.toSorted())
      expect(report).toMatchObject({ ok: false })
    })
  })

  it('has a broken broker for most cases, so that few can pass unseen', () => {
    expect(new Set(MUTANTS.flatMap(({ found }) => found)).size).toBeGreaterThanOrEqual(50)
  })

  it('skips what the profile has nothing for, and says so', async () => {
    const { broker, options } = createOurs()
    const { otherLogin: _, ...rest } = options
    const report = await runBrokerConformance({
      ...rest,
      profile: { granted: 'cards' },
      fetch: broker.fetch,
    })
    expect(report.failed).toBe(0)
    const details = report.results.flatMap(({ outcome, detail }) =>
      outcome === 'skipped' ? detail : [],
    )
    expect(new Set(details)).toEqual(
      new Set([
        'the profile has no forbidden',
        'the profile has no group',
        'the profile has no proxied',
        'the profile has no operation',
        'the profile has no refusable',
        'the profile has no scoped',
        'the profile has no origin',
        'there is no otherLogin',
      ]),
    )
  })

  it('fails every case where nothing answers, in words without the login', async () => {
    const { options } = createOurs()
    const fetch = () => Promise.reject(new Error('canary-ada-1 in a message'))
    const report = await runBrokerConformance({ ...options, fetch })
    expect(report.passed).toBe(0)
    expect(report.results[0]?.detail).toBe('the broker did not answer')
    expect(JSON.stringify(report) + formatConformanceReport(report)).not.toContain('canary')
  })

  it('does not wait for a broker that never answers', async () => {
    const { options } = createOurs()
    const fetch = ({ signal }: Request) =>
      new Promise<Response>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    const report = await runBrokerConformance({ ...options, fetch, timeoutMs: 5 })
    expect(report.results[0]?.detail).toBe('the broker took too long')
  })

  it('shows no token and no login in a report of a broker that does all wrong', async () => {
    const report = await run(
      false,
      () => async () =>
        Response.json({
          tokens: [{ id: '9', access_token: 'canary-token', error: 'canary-token' }],
        }),
    )
    expect(report.failed).toBeGreaterThan(60)
    expect(JSON.stringify(report) + formatConformanceReport(report)).not.toContain('canary')
  })
})

describe('the cases', () => {
  it('quote the protocol page: each clause stands in its section', async () => {
    const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8')
    const sections = new Map(
      page.split(/^## /m).map((text) => [text.split('\n')[0], text.replace(/\s+/g, ' ')]),
    )
    const { results } = await run(false, () => () => Promise.reject(new Error('not asked')))
    const isQuoted = ({ clause }: (typeof results)[number]): boolean =>
      sections.get(clause.section)?.includes(clause.words) ?? false
    expect(results.filter((result) => !isQuoted(result)).map(({ id }) => id)).toEqual([])
  })

  it('have ids of their own', async () => {
    const { results } = await run(false, () => () => Promise.reject(new Error('not asked')))
    expect(new Set(results.map(({ id }) => id)).size).toBe(results.length)
  })
})

describe('formatConformanceReport', () => {
  it('says what failed, then lists every case with its clause', async () => {
    const { broker, options } = createOurs()
    const { spoil } = MUTANTS.find(({ name }) => name === 'lets refusals be stored')!
    const report = await runBrokerConformance({ ...options, fetch: spoil(broker.fetch) })
    const text = formatConformanceReport(report)
    expect(text).toContain(`**${report.passed} passed, 1 failed, 0 skipped**`)
    expect(text).toContain(
      '- `header-cache-control`: Every response has Cache-Control. Seen: the answer to a malformed request has no Cache-Control.',
    )
    const rows = text.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toHaveLength(report.results.length)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })
})
