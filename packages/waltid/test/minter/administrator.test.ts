import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { minterAt, rejectionOf, startedSandbox } from '../world.ts'
import { recorded, requestFor } from './stage.ts'

describe("the administrator's credential", () => {
  it('signs in once for many mints, and once more when it is refused', async () => {
    const sandbox = await startedSandbox()
    const { login } = sandbox.waltid
    const { fetch: send, sent } = recorded()
    const minter = minterAt(sandbox, { login, fetch: send })
    const logins = () => sent.filter(({ url }) => url.endsWith('/emailpass')).length
    await Promise.all([1, 2, 3].map(() => minter.mint(requestFor())))
    expect(logins()).toBe(1)
    sandbox.waltidControl.reset() // forgets who is signed in
    await Promise.all([1, 2, 3].map(() => minter.mint(requestFor())))
    expect(logins()).toBe(2)
  })

  it('signs in anew before a login ends', async () => {
    const sandbox = await startedSandbox()
    const { login } = sandbox.waltid
    const { fetch: send, sent } = recorded()
    let aheadMs = 0
    const clock = { now: () => Date.now() + aheadMs }
    const minter = minterAt(sandbox, { login, fetch: send, clock })
    await minter.mint(requestFor())
    aheadMs = 3_590_000
    sandbox.waltidControl.fault({ clockOffsetMs: aheadMs })
    await minter.mint(requestFor())
    const order = sent.map(({ url }) => url.split('/').at(-1))
    expect(order).toEqual(['emailpass', 'create', 'assign', 'emailpass', 'create', 'assign'])
  })

  it('tells of a wrong password, and sends it to the login alone', async () => {
    const sandbox = await startedSandbox()
    const { login } = sandbox.waltid
    const { fetch: send, sent } = recorded()
    const wrong = minterAt(sandbox, { login: { ...login, password: 'not-this-one' }, fetch: send })
    const error = await rejectionOf(wrong.mint(requestFor()))
    expect(error).toMatchObject({
      code: 'upstream_auth',
      message: expect.stringContaining('e-mail and password'),
    })
    expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(['/auth/account/emailpass'])
    expect(String(error)).not.toContain('not-this-one')
  })

  it('needs the right to create keys, as a key of a page has it not', async () => {
    const sandbox = await startedSandbox()
    const { value } = await minterAt(sandbox).mint(requestFor())
    const error = await rejectionOf(minterAt(sandbox, { token: value }).mint(requestFor()))
    expect(error).toMatchObject({
      code: 'upstream_auth',
      message: expect.stringMatching(/\(ForbiddenException\).*create-apikey/),
    })
  })

  it('takes up a new token from its file, and keeps the former where the new one is none', async () => {
    const sandbox = await startedSandbox()
    const folder = mkdtempSync(join(tmpdir(), 'waltid-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'token')
    writeFileSync(file, 'wrong-token\n')
    const minter = minterAt(sandbox, { token: { file } })
    const before = minter.credentialVersion?.()
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({ code: 'upstream_auth' })
    writeFileSync(file, `${sandbox.waltid.adminToken}\n`)
    await minter.reload?.()
    expect(minter.credentialVersion?.()).not.toBe(before)
    await minter.mint(requestFor())
    writeFileSync(file, '')
    await expect(minter.reload?.()).rejects.toThrow('token')
    await minter.mint(requestFor())
  })
})
