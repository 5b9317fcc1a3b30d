import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrokerEvent, createBroker } from '@valetkey/broker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { skyflow } from '../../src/minter/index.ts'
import { credentialsFor, serverThat } from '../setup.ts'
import { bearer, claimsIn, clock, granted, vaultUrl } from './stage.ts'

function fileIn(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'credentials.json')
}

describe('credentials.json that changes', () => {
  it('brings a new key without a restart, and a broken one changes nothing', async () => {
    const server = await serverThat(granted(bearer(undefined)))
    const file = fileIn()
    const credentials = credentialsFor(`${server.url}/token`)
    const write = (keyID: string): void =>
      writeFileSync(file, JSON.stringify({ ...credentials, keyID }))
    write('key-1')
    const heard: string[] = []
    let wake = (): void => {}
    const broker = createBroker({
      audiences: { cards: skyflow({ credentials: file, vaultUrl, clock, watchIntervalMs: 20 }) },
      authenticate: () => null,
      authorize: () => false,
      clock,
      logger: { info() {}, warn() {}, error() {} },
      onEvent(event: BrokerEvent) {
        if (event.event !== 'minter') return
        heard.push(event.kind)
        wake()
      },
    })
    onTestFinished(() => broker.close())
    const after = async (change: () => void): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve
        change()
      })

    await broker.mint('cards', 'ada')
    await broker.mint('cards', 'ada')
    expect([server.calls(), claimsIn(server).key]).toEqual([1, 'key-1'])
    await after(() => write('key-2'))
    await broker.mint('cards', 'ada')
    expect([server.calls(), claimsIn(server, 1).key]).toEqual([2, 'key-2'])
    await after(() => writeFileSync(file, '{'))
    await broker.mint('cards', 'ada')
    expect(server.calls()).toBe(2)
    expect(heard).toEqual(['reloaded', 'reload-failed'])
  })

  it('can be read again by hand', async () => {
    const file = fileIn()
    const credentials = credentialsFor('https://manage.skyflowapis.com/v1/auth/sa/oauth/token')
    writeFileSync(file, JSON.stringify(credentials))
    const minter = skyflow({ credentials: file, vaultUrl: 'https://a.vault.skyflowapis.com' })
    const version = minter.credentialVersion?.()
    writeFileSync(file, JSON.stringify({ ...credentials, tokenURI: 'https://evil.example/' }))
    await expect(minter.reload?.()).rejects.toThrow(/tokenURI is on a host that is not Skyflow's/)
    expect(minter.credentialVersion?.()).toBe(version)
    writeFileSync(file, JSON.stringify({ ...credentials, keyID: 'another' }))
    await minter.reload?.()
    expect(minter.credentialVersion?.()).not.toBe(version)
  })
})
