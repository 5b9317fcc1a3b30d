import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderWith, run } from './terminal.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
const LOGIN = { issuer: 'https://login.test/', audience: 'https://api.test' }
const TOKEN = { token: 'canary-wallet-token', expiresAt: '2099-01-01T00:00:00Z' }
const wallet = {
  use: 'static',
  options: { token: { file: './token.json' }, resource: 'https://wallet.test/' },
  allowOutliving: true,
}

function start(
  folder: string,
  env: Record<string, string> = {},
): ChildProcess & { said: string[] } {
  const child = spawn(process.execPath, [cli, 'serve', '--config', `${folder}/broker.json`], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said: string[] = []
  child.stdout.on('data', (text) => said.push(String(text)))
  child.stderr.on('data', (text) => said.push(String(text)))
  return Object.assign(child, { said })
}

async function urlOf({ said, exitCode }: ReturnType<typeof start>): Promise<string> {
  for (;;) {
    const [, url] = /"url":"([^"]+)"/.exec(said.join('')) ?? []
    if (url !== undefined) return url
    if (exitCode !== null) throw new Error(said.join(''))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('serve', () => {
  it('serves what the file describes to a login of the file, and ends by SIGTERM with code 0', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const folder = folderWith({
      'broker.json': {
        $schema: './broker.schema.json',
        server: { port: '${PORT:-0}' },
        audiences: { wallet, cards: wallet },
        authenticate: { ...LOGIN, jwks: { file: './jwks.json' } },
        authorize: { user: ['wallet'] },
      },
      'jwks.json': { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] },
      'token.json': TOKEN,
    })
    const jwt = await new SignJWT({ roles: ['user'], sid: '1' })
      .setProtectedHeader({ alg: 'ES256' })
      .setSubject('ada')
      .setIssuer(LOGIN.issuer)
      .setAudience(LOGIN.audience)
      .setExpirationTime('5 min')
      .sign(privateKey)
    const child = start(folder)
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${await urlOf(child)}/tokens`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Valet-Key': '1', ...headers },
        body: JSON.stringify({
          tokens: ['wallet', 'cards'].map((audience) => ({ id: audience, audience })),
        }),
      })
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      return { status: answer.status, body: (await answer.json()) as { tokens?: object[] } }
    }
    const { status, body } = await ask({ Authorization: `Bearer ${jwt}` })
    expect(status).toBe(200)
    expect(body.tokens).toMatchObject([
      { id: 'wallet', access_token: TOKEN.token },
      { id: 'cards', error: 'invalid_target' },
    ])
    expect((await ask({ Authorization: 'Bearer e30.e30.x' })).status).toBe(401)

    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    const lines = child.said
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({ level: 30, msg: 'stopped' })
    expect(child.said.join('')).not.toContain(TOKEN.token)
    expect(child.said.join('')).not.toContain(jwt)
  }, 20_000)

  it('explains every fault at once, and quotes no value', async () => {
    const secret = 'canary-in-the-wrong-place'
    const folder = folderWith({
      'broker.json': {
        sever: { port: 0 },
        server: { port: 'x' },
        audiences: {
          wallet: { ...wallet, options: { token: { file: './nope' }, neverExpire: true } },
          cards: { use: 'skyflo' },
          records: { use: 'secretvault', options: { cluster: `${secret}.json` } },
          reports: { use: 'oauth2', options: { clientId: '${NO_SUCH_CLIENT}', issuer: secret } },
          own: { use: './own.js#make', allow: [secret], delivery: 'proxy', scope: secret },
        },
        authenticate: { jwksUrl: secret, issuer: 'https://login.test/' },
        authorize: { user: ['walet'] },
        redis: { url: { file: './redis-url' }, keys: [secret] },
        origins: ['https://app.test/'],
        basePath: 'api',
      },
    })
    const { code, out, errors } = await run([
      'serve',
      '--config',
      `${folder}/broker.json`,
      '--check',
    ])
    expect(code).toBe(3)
    expect(out).toBe('')
    for (const part of [
      'sever is not an option of this file; did you mean server?',
      'server.port is not a whole number from 0 to 65535',
      'audiences.wallet.options: ',
      'audiences.wallet.options.neverExpire is not an option of staticToken',
      'audiences.cards.use is a package that is not there; did you mean skyflow?',
      'audiences.records.options: ',
      'audiences.reports.options.clientId: needs the environment variable NO_SUCH_CLIENT',
      'audiences.own.use is a file that is not there',
      'audiences.own.scope is not an option of an audience; did you mean scopes?',
      'audiences.own.allow[0]',
      'authenticate.jwksUrl is no address',
      'authenticate.audience is missing',
      'authorize grants walet, which is no audience of this broker; did you mean wallet?',
      'redis.url: the file ./redis-url cannot be read',
      'redis.keys[0] is not 32 bytes',
      'origins: "https://app.test/" is not an exact origin',
      'basePath: "api" is not a plain path',
    ])
      expect(errors).toContain(part)
    expect(errors.match(/redis\.url/g)).toHaveLength(1)
    expect(errors.replaceAll(`${secret}.json`, '')).not.toContain(secret)
  })

  it.each([
    ['no file', 'nothing.json', 'the file cannot be read (ENOENT)'],
    ['no JSON', 'broken.json', 'the file is not JSON'],
    ['a list', 'list.json', 'the file holds no JSON object'],
    ['a name twice', 'twice.json', 'names basePath twice'],
    ['no login and no grants', 'open.json', 'authenticate is missing'],
  ])('refuses %s', async (_, name, fault) => {
    const folder = folderWith({
      'broken.json': '{"audiences": {',
      'list.json': [],
      'twice.json': '{"basePath": "/a", "basePath": "/b"}',
      'open.json': { audiences: { wallet } },
      'token.json': TOKEN,
    })
    const { code, errors } = await run(['serve', '--check', '--config', `${folder}/${name}`])
    expect(code).toBe(3)
    expect(errors).toContain(fault)
  })

  it('loads minters by their package, and of a file of one’s own', async () => {
    const folder = folderWith({
      'broker.json': {
        audiences: {
          own: { use: './own.mjs', options: { name: '$${PLAIN}' } },
          named: { use: './own.mjs#another', options: { name: '${NAME}' } },
        },
        insecureDev: true,
      },
      'own.mjs': `export const another = ({ name }) => {
          if (name !== 'of-the-environment') throw new Error('the name is another')
          return { name, shareable: true, limits: { defaultLifetimeMs: 1e5, maxLifetimeMs: 1e5 }, mint() {} }
        }
        export default ({ name }) => {
          if (name !== '\${PLAIN}') throw new Error('the name is another')
          return another({ name: 'of-the-environment' })
        }`,
    })
    const args = ['serve', '--check', '--config', `${folder}/broker.json`]
    expect(await run(args, { NAME: 'of-the-environment' })).toMatchObject({ code: 0, errors: '' })
    const { errors } = await run(args, { NAME: 'x' })
    expect(errors).toContain('audiences.named.options: Error: the name is another')
  })
})
