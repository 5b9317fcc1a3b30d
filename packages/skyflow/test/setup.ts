/** Keys, credentials and servers of one answer: what the tests of this package work with. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { SkyflowCredentials } from '../src/minter/index.ts'

const pem = (privateKey: KeyObject): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export const rsaPem = (bits: number): string =>
  pem(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey)

/** Made once: keys of this size take their time. */
const privateKey = rsaPem(2048)
export const publicKey: KeyObject = createPublicKey(privateKey)

/** Parts of the key that must show nowhere. */
export const secrets: readonly string[] = secretsOf(privateKey)

/** Lines from the middle of a PEM; the first is the same for all keys. */
export function secretsOf(pemText: string): readonly string[] {
  return pemText.split('\n').slice(3, 6)
}

/** Credentials as Skyflow gives them out, for the endpoint given. */
export function credentialsFor(tokenURI: string): SkyflowCredentials {
  return {
    clientID: 'w0c1000000000000000000000000000f',
    clientName: 'spa-broker',
    keyID: 'k9b20000000000000000000000000000f',
    tokenURI,
    privateKey,
    keyAlgorithm: 'KEY_ALG_RSA_2048',
  }
}

export interface TestServer {
  url: string
  /** Bodies of the requests so far. */
  bodies: readonly string[]
  calls(): number
}

/** A server that gives these answers, one per request, the last one for all that follow. */
export async function serverThat(...answers: RequestListener[]): Promise<TestServer> {
  const bodies: string[] = []
  let calls = 0
  const server = createServer((incoming, outgoing) => {
    const answer = answers[Math.min(calls++, answers.length - 1)]
    void bodyOf(incoming).then((body) => {
      bodies.push(body)
      answer?.(incoming, outgoing)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, bodies, calls: () => calls }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of incoming) body += String(chunk)
  return body
}

export const json =
  (status: number, content: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, outgoing) =>
    outgoing
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(content))

export const html =
  (status: number): RequestListener =>
  (_, outgoing) =>
    outgoing
      .writeHead(status, { 'content-type': 'text/html' })
      .end('<html><h1>canary gateway</h1></html>')

/** Promises more than it sends, then breaks off. */
export const truncated: RequestListener = (_, outgoing) => {
  outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  outgoing.write('{"accessToken":"canary', () => outgoing.destroy())
}

/** Skyflow's error envelope. */
export const envelope = (status: number, message: string, details: unknown[] = []): unknown => ({
  error: { grpc_code: 3, http_code: status, http_status: 'Error', message, details },
})

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It did not reject')
    },
    (error: unknown) => error,
  )
}
