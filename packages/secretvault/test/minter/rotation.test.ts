import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrokerEvent, createBroker } from '@valetkey/broker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { didOf } from '../../src/minter/did.ts'
import { secretvault } from '../../src/minter/index.ts'
import { parseSigningKey, type SigningKey } from '../../src/minter/signing-key.ts'
import { vectors } from '../vectors/index.ts'

const nodes = [{ url: 'https://node.example', did: vectors.keys.node.didNilTestnet }]

function clusterOf(digits: string): string {
  const secretKey = digits.repeat(32)
  const { publicKey } = parseSigningKey(secretKey) as SigningKey
  return JSON.stringify({ secretKey, orgDid: didOf(publicKey, 'testnet'), nodes })
}

const issuerOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).iss

describe('a cluster configuration that changes', () => {
  it('brings a new key without a restart: no token of the former is handed out, a broken file changes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rotation-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'cluster.json')
    writeFileSync(file, clusterOf('22'))
    const minter = secretvault({ cluster: file, allowFullAuthority: true, watchIntervalMs: 20 })
    const heard: string[] = []
    let wake = (): void => {}
    const broker = createBroker({
      audiences: { records: minter },
      authenticate: () => ({ subject: 'ada', login: '1' }),
      authorize: () => true,
      logger: { info() {}, warn() {}, error() {} },
      onEvent(event: BrokerEvent) {
        if (event.event !== 'minter') return
        heard.push(event.kind)
        wake()
      },
    })
    onTestFinished(() => broker.close())
    const mint = async (): Promise<string> => (await broker.mintAll('records', 'ada'))[0]!.value
    const write = async (text: string): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve
        writeFileSync(file, text)
      })

    const first = await mint()
    expect(await mint()).toBe(first)
    await write(clusterOf('33'))
    const second = await mint()
    expect(issuerOf(second)).not.toBe(issuerOf(first))
    expect(await mint()).toBe(second)
    await write('{"secretKey":')
    expect(await mint()).toBe(second)
    await write(clusterOf('44'))
    expect(await mint()).not.toBe(second)
    expect(heard).toEqual(['signer', 'reloaded', 'reload-failed', 'reloaded'])
  })

  it('can be read again by hand, and says what is wrong with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rotation-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'cluster.json')
    writeFileSync(file, clusterOf('22'))
    const minter = secretvault({ cluster: file })
    const version = minter.credentialVersion?.()
    writeFileSync(file, clusterOf('22').replace('22222222', '2222222'))
    await expect(minter.reload?.()).rejects.toThrow(/has 63 hexadecimal digits/)
    expect(minter.credentialVersion?.()).toBe(version)
    writeFileSync(file, clusterOf('33').replace('node.example', 'other.example'))
    await minter.reload?.()
    expect(minter.credentialVersion?.()).not.toBe(version)
    expect(minter.members()).toMatchObject([{ resource: 'https://other.example/' }])
  })
})
