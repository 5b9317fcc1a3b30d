import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { get } from 'node:https'
import { createJWT, ES256KSigner } from 'did-jwt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PortError, type SandboxOptions, type SkyflowAccess, startSandbox } from '../src/index.ts'

/** The statuses of a call without a token, over HTTP, over HTTPS. */
async function statusesOf({ vaultUrl, vaultUrlTls, caFile }: SkyflowAccess): Promise<unknown[]> {
  const ca = readFileSync(caFile)
  const overTls = new Promise((resolve, reject) => {
    const call = get(`${vaultUrlTls}/v1/vaults/x`, { ca, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode))
    })
    call.once('error', reject)
  })
  return [(await fetch(`${vaultUrl}/v1/vaults/x`)).status, await overTls]
}

// Taken before the first sandbox starts.
const globals = { Request, Response }

async function start(options?: SandboxOptions) {
  const sandbox = await startSandbox(options)
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** Holds a port that has some free ones before it, most likely. */
async function holdPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}

describe('startSandbox', () => {
  it('starts three nodes, each with an origin and a key of its own', async () => {
    const { secretvault } = await start()
    expect(secretvault.nodes).toHaveLength(3)
    expect(new Set(secretvault.nodes.map(({ url }) => url)).size).toBe(3)
    expect(new Set(secretvault.nodes.map(({ did }) => did)).size).toBe(3)
    for (const { url, did, publicKey } of secretvault.nodes) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(await (await fetch(`${url}/about`)).json()).toMatchObject({ url, did, publicKey })
    }
  })

  it('prints an organization whose tokens work on every node at once', async () => {
    const { secretvault } = await start()
    const signer = ES256KSigner(Buffer.from(secretvault.secretKey, 'hex'))
    for (const { url, did } of secretvault.nodes) {
      const token = await createJWT(
        { aud: did },
        { issuer: secretvault.orgDid, signer, expiresIn: 60 },
        { alg: 'ES256K' },
      )
      const headers = { authorization: `Bearer ${token}` }
      expect((await fetch(`${url}/api/v1/accounts`, { headers })).status).toBe(200)
    }
  })

  it('makes other keys at every start, unless a seed asks for the same', async () => {
    const [one, other] = [await start({ nodes: 1 }), await start({ nodes: 1 })]
    expect(one.secretvault.secretKey).not.toBe(other.secretvault.secretKey)
    const [first, second] = [await start({ seed: 'a' }), await start({ seed: 'a' })]
    expect(first.secretvault.orgDid).toBe(second.secretvault.orgDid)
    expect(first.secretvault.nodes.map(({ did }) => did)).toEqual(
      second.secretvault.nodes.map(({ did }) => did),
    )
    expect(first.skyflow.vaultId).toBe(second.skyflow.vaultId)
    expect(one.skyflow.vaultId).not.toBe(other.skyflow.vaultId)
    const { privateKey } = first.skyflow.credentials
    expect(second.skyflow.credentials.privateKey).not.toBe(privateKey)
  })

  it('steers one node and leaves the others alone', async () => {
    const { secretvault, nodes } = await start()
    nodes[1]!.fault({ status: 503 })
    const statuses = secretvault.nodes.map(async ({ url }) => (await fetch(`${url}/health`)).status)
    expect(await Promise.all(statuses)).toEqual([200, 503, 200])
  })

  it('serves one Skyflow over HTTP and HTTPS, steered as one', async () => {
    const { skyflow, skyflowControl } = await start({ nodes: 1 })
    const secure = skyflow.vaultUrlTls.replace(/^https/, 'http')
    await expect(fetch(`${secure}/v1/vaults/x`)).rejects.toThrow('fetch failed')
    expect(await statusesOf(skyflow)).toEqual([401, 401])
    skyflowControl.fault({ status: 503 })
    expect(await statusesOf(skyflow)).toEqual([503, 503])
    expect(skyflowControl.requests().total).toBe(4)
  })

  it('names the port that is taken, and gives back those it had opened', async () => {
    const taken = await holdPort()
    const failed = startSandbox({ portBase: taken - 1, nodes: 2 })
    await expect(failed).rejects.toThrow(
      `Cannot listen on 127.0.0.1 port ${taken}: it is in use. Stop what listens there, or choose another port.`,
    )
    await expect(failed).rejects.toBeInstanceOf(PortError)
    const { skyflow } = await start({ portBase: taken - 5, nodes: 1 })
    expect(skyflow.vaultUrlTls).toBe(`https://127.0.0.1:${taken - 3}`)
  })

  it('refuses numbers that cannot be', async () => {
    await expect(startSandbox({ nodes: 0 })).rejects.toThrow('nodes is 0')
    await expect(startSandbox({ portBase: 65_535 })).rejects.toThrow('portBase is 65535')
    const lifetime = startSandbox({ bearerLifetime: 0 })
    await expect(lifetime).rejects.toThrow('bearerLifetime is 0')
  })

  it('leaves the global Request and Response of its process as they were', async () => {
    await start({ nodes: 1 })
    expect([Request, Response]).toEqual([globals.Request, globals.Response])
  })

  it('stops answering once closed, a held-back answer included', async () => {
    const sandbox = await startSandbox({ nodes: 1 })
    const [node] = sandbox.secretvault.nodes
    sandbox.nodes[0]!.fault({ delayMs: 60_000, times: 1 })
    const outcome = fetch(`${node!.url}/health`).then(
      () => 'answered',
      () => 'failed',
    )
    await expect.poll(() => sandbox.nodes[0]!.faults().rules).toHaveLength(0)
    await sandbox.close()
    expect(await outcome).toBe('failed')
    await expect(fetch(`${node!.url}/health`)).rejects.toThrow('fetch failed')
  })
})
