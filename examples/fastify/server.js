/** Fastify: a bearer login, verified by the keys of who signs it; grants by role. */
import { createBroker } from '@valetkey/broker'
import { grants, jwtAuthentication } from '@valetkey/broker/auth'
import { toNodeHandler } from '@valetkey/broker/node'
import fastify from 'fastify'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { demoMinter } from 'shared/minter'

// Stands in for Auth0, Cognito, Keycloak …: there you would give a `jwksUrl` and no keys.
const { privateKey, publicKey } = await generateKeyPair('ES256')
const login = { issuer: 'https://login.example/', audience: 'https://api.example' }
const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: '1' }] }

const broker = createBroker({
  audiences: { cards: demoMinter(), payroll: demoMinter() },
  authenticate: jwtAuthentication({ ...login, jwks }),
  authorize: grants({ doctor: ['cards'], accountant: ['payroll'] }),
})
const handle = toNodeHandler(broker)

const app = fastify()
app.register(async (scope) => {
  // In this scope bodies are left alone: a parser would answer malformed ones in its own manner.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _body, done) => done(null))
  scope.all('/api/broker/*', (request, reply) => {
    // From here on the handler writes the answer.
    reply.hijack()
    handle(request.raw, reply.raw)
  })
})
app.post('/api/login', async (request) => {
  const token = new SignJWT({ roles: ['doctor'], sid: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: '1' })
    .setSubject(String(request.body?.user))
    .setIssuer(login.issuer)
    .setAudience(login.audience)
    .setExpirationTime('1 h')
  // The page gives it to the client: createTokenClient('/api/broker', { headers: () => ({ Authorization }) })
  return { token: await token.sign(privateKey) }
})
await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
