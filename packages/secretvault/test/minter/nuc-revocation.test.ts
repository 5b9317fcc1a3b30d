import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { secretvault } from '../../src/minter/index.ts'
import { vectors } from '../vectors/index.ts'
import { requestOf } from './nodes-of-today.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

describe('taking a token back', () => {
  it('follows no redirect: what proves who asks goes to its node alone', async () => {
    let strayed = 0
    const elsewhere = await serve((_, outgoing) => {
      strayed += 1
      outgoing.end()
    })
    const url = await serve((_, outgoing) => {
      outgoing.writeHead(307, { location: elsewhere }).end()
    })
    const { org, node } = vectors.keys
    const minter = secretvault({
      cluster: { secretKey: org.privateKeyHex, nodes: [{ url, didKey: node.didKey }] },
      tokenFormat: 'nuc',
      revocable: true,
    })
    const token = await minter.mint(requestOf({ member: node.didKey }))
    const { signal } = new AbortController()
    await expect(minter.revoke?.(token, { signal })).rejects.toMatchObject({
      code: 'temporarily_unavailable',
    })
    expect(strayed).toBe(0)
  })
})
