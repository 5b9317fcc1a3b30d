/** The audit log: whose it is, how much is kept, what it never holds. */
import type { BrokerEvent } from '@valetkey/broker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuditLog } from '../server/audit-log.ts'
import { createSessionStore } from '../server/session.ts'
import type { AuditEntry } from '../server/session-view.ts'
import type { RunningDemo } from '../server/start-demo.ts'
import { type Browser, openBrowser, startBareDemo } from './demo-client.ts'

const decision = (requestId: string): BrokerEvent => ({
  event: 'decision',
  requestId,
  via: 'tokens',
  subject: 'ada',
  session: 'hash',
  audience: 'records',
  outcome: 'granted',
})

describe('createAuditLog', () => {
  const sessions = createSessionStore()
  const ada = sessions.create('ada')!
  const other = sessions.create('ada')!

  it('gives a session its own decisions alone, newest first, though the user is the same', () => {
    const log = createAuditLog(() => 7)
    for (const id of ['r1', 'r2', 'r3']) log.note(decision(id))
    log.assign('r1', ada)
    log.assign('r2', other)
    log.assign('r3', ada)
    expect(log.after(0, ada).map(({ requestId }) => requestId)).toEqual(['r3', 'r1'])
    expect(log.after(0, ada)[0]).not.toHaveProperty('session')
    expect(log.after(0, other)).toHaveLength(1)
  })

  it('gives what came after an entry', () => {
    const log = createAuditLog()
    for (const id of ['r1', 'r2']) {
      log.note(decision(id))
      log.assign(id, ada)
    }
    const [newest, first] = log.after(0, ada)
    expect(log.after(first!.id, ada)).toEqual([newest])
  })

  it('keeps the last 200 of a session', () => {
    const log = createAuditLog()
    for (let count = 1; count <= 250; count += 1) {
      log.note(decision(`r${count}`))
      log.assign(`r${count}`, ada)
    }
    const kept = log.after(0, ada)
    expect(kept).toHaveLength(200)
    expect(kept.at(-1)?.requestId).toBe('r51')
  })

  it('forgets what was decided about strangers, and what was never answered', () => {
    const log = createAuditLog()
    log.note(decision('r1'))
    log.assign('r1', undefined)
    log.assign('r1', ada)
    log.note(decision('old'))
    for (let count = 0; count < 2000; count += 1) log.note(decision(`r${count}`))
    log.assign('old', ada)
    expect(log.after(0, ada)).toEqual([])
  })
})

describe('the audit log of the demo', () => {
  let demo: RunningDemo
  let browser: Browser

  beforeAll(async () => {
    demo = await startBareDemo()
    browser = openBrowser(demo)
  })
  afterAll(() => demo.close())

  const entriesOf = async (one: Browser): Promise<AuditEntry[]> =>
    (await one.send('/api/demo/audit')).json()

  it('tells who asked for what by which way, whether it was granted, why not, by which token', async () => {
    await browser.signIn('ben')
    const answer = await (await browser.tokens('patients', 'wallet')).text()
    const [granted, refused] = (await entriesOf(browser)).toReversed()
    expect(granted).toMatchObject({ subject: 'ben', audience: 'patients', outcome: 'granted' })
    expect(granted?.fingerprint).toMatch(/^[\da-f]{16}$/)
    expect(refused).toMatchObject({ audience: 'wallet', via: 'tokens', outcome: 'invalid_target' })
    expect(refused?.reason).toMatch(/\w/)
    const { access_token } = JSON.parse(answer).tokens[0]
    expect(JSON.stringify([granted, refused])).not.toContain(access_token.split('.')[2])
  })

  it('is for the session alone: another login of the same user sees its own', async () => {
    const other = openBrowser(demo)
    await other.signIn('ben')
    expect(await entriesOf(other)).toEqual([])
    expect((await openBrowser(demo).send('/api/demo/audit')).status).toBe(401)
  })

  it('has calls that were forwarded, too', async () => {
    const { visits } = await browser.signIn('ben')
    const path = `buckets/${visits.bucket}/keys`
    await browser.send(`/api/broker/proxy/visits-proxied/${path}`, {
      headers: { 'x-valet-key': '1' },
    })
    const [entry] = await entriesOf(browser)
    expect(entry).toMatchObject({ audience: 'visits-proxied', via: 'proxy', scope: 'read' })
  })
})
