/** A login service on a port: signs tokens, publishes keys, breaks on demand. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'

export interface Signer {
  readonly kid: string
  readonly publicJwk: JWK
  sign(claims: object, header?: object): Promise<string>
}

export async function createTokenSigner(kid: string, alg = 'ES256'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return {
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg },
    sign: async (claims, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  }
}

export interface LoginService {
  readonly jwksUrl: string
  fetches(): number
  answer: RequestListener
}

/** Publishes these keys, until `answer` is another. */
export async function startLoginService(keys: () => readonly JWK[]): Promise<LoginService> {
  let fetches = 0
  const service = {
    jwksUrl: '',
    fetches: () => fetches,
    answer: ((_, outgoing) =>
      outgoing
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ keys: keys() }))) as RequestListener,
  }
  const server = createServer((incoming, outgoing) => {
    fetches += 1
    service.answer(incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  service.jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  return service
}
