import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { toNodeHandler } from '@valetkey/broker/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createOurs } from '../conformance/ours.ts'
import { folderWith, run } from './terminal.ts'

/** Our broker on a port, with a login beside it. */
async function serve(): Promise<string> {
  const { broker } = createOurs()
  const handle = toNodeHandler({ ...broker, basePath: '/api/broker' })
  const server = createServer((incoming, outgoing) => {
    if (incoming.url !== '/api/login') return handle(incoming, outgoing)
    outgoing.writeHead(204, { 'Set-Cookie': 'session=canary-ada-1; HttpOnly' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/broker`
}

const certify = (baseUrl: string, profile: object, ...args: string[]) => {
  const folder = folderWith({ 'profile.json': { granted: 'cards', ...profile } })
  const all = ['conformance', '--profile', `${folder}/profile.json`, '--base-url', baseUrl, ...args]
  return run(all, { SESSION: 'session=canary-ada-1' })
}

describe('conformance', () => {
  it('signs in where the profile says, runs every case over HTTP, ends with code 0', async () => {
    const { profile } = createOurs().options
    const { code, out } = await certify(await serve(), {
      ...profile,
      login: { url: '/api/login', body: { user: 'ada' } },
      otherLogin: { headers: { Cookie: 'session=canary-bob-1' } },
    })
    expect(out).toMatch(/\*\*\d+ passed, 0 failed, 0 skipped\*\*/)
    expect(code).toBe(0)
    expect(out).not.toContain('canary')
  })

  it('takes the login from the environment, and ends with code 1 where a case failed', async () => {
    const login = { headers: { Cookie: '${SESSION}' } }
    const { code, out } = await certify(await serve(), { login, forbidden: 'cards' }, '--json')
    expect(code).toBe(1)
    const { results } = JSON.parse(out) as { results: { id: string; outcome: string }[] }
    const failed = results.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)
    expect(failed).toEqual(['refuse-forbidden', 'refuse-alike'])
  })

  it('refuses a profile that it cannot use, with every fault', async () => {
    const { code, errors } = await certify('nowhere', { granted: 7, grup: 'x', login: 'ada' })
    expect(code).toBe(3)
    for (const field of ['baseUrl', 'granted', 'grup', 'login']) expect(errors).toContain(field)
  })
})
