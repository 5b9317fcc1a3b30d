/** Starts one example, signs in, asks for tokens, then certifies its broker: `node smoke.mjs express`. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runBrokerConformance } from '@valetkey/broker/conformance'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

const START_TIMEOUT_MS = 150_000
const PROFILE = { granted: 'cards', forbidden: 'payroll', refusable: 'cards' }
const GROUP = { ...PROFILE, group: 'records' }
/** What is told of an example: the profile of its broker, besides that of all. */
const PROFILES = {
  workers: GROUP,
  deno: GROUP,
  bun: GROUP,
  'broker-python': GROUP,
  'no-code': { granted: 'cards', forbidden: 'payroll', group: 'records' },
}
/** Those that sign ES256K away from Node. */
const SIGNERS = ['workers', 'deno', 'bun']

const [name = ''] = process.argv.slice(2)
const secretKey = randomBytes(32).toString('hex')
const port = await freePort()
const cardsToken = `token-of-cards-${randomBytes(8).toString('hex')}`
const baseUrl = `http://127.0.0.1:${port}/api/broker`
const output = []
const secrets = mkdtempSync(join(tmpdir(), 'valetkey-smoke-'))
const fetchLog = join(secrets, 'fetched')
/** A login service of our own, for the example that has none. */
const { privateKey, publicKey } = await generateKeyPair('ES256')
writeFileSync(fetchLog, '')
writeFileSync(join(secrets, 'jwks.json'), JSON.stringify({ keys: [await publicJwk()] }))
const child = start(name)

try {
  await untilReady()
  const login = await signIn('ada')
  await checkToken(login)
  if (SIGNERS.includes(name)) await checkSignature(login)
  if (name === 'no-code') await checkTerminal()
  const said = ['token, no-store', await certify(login)]
  if (name === 'next') said.push(await checkPages())
  console.log(said.join(' · '))
} catch (error) {
  console.error(`${error.message}\n${output.join('').slice(-2_000)}`)
  process.exitCode = 1
} finally {
  await stop()
  rmSync(secrets, { recursive: true })
}

/** In a group of its own, so that what it starts ends with it. */
function start(folder) {
  const started = spawn('pnpm', ['run', 'start'], {
    cwd: folderOf(folder),
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  started.stdout.on('data', (chunk) => output.push(chunk))
  started.stderr.on('data', (chunk) => output.push(chunk))
  return started
}

function folderOf(folder) {
  return fileURLToPath(new URL(`${folder}/`, import.meta.url))
}

function fileOf(file) {
  return new URL(file, import.meta.url).href
}

async function checkPages() {
  const pages = await import('./next-pages.mjs')
  return pages.checkPages(new URL(baseUrl).origin, fetchLog)
}

function environment() {
  return {
    ...process.env,
    PORT: String(port),
    SECRETVAULT_KEY: secretKey,
    CARDS_TOKEN: JSON.stringify({ token: cardsToken, expiresAt: Date.now() + 3_600_000 }),
    JWKS_FILE: join(secrets, 'jwks.json'),
    ...(name === 'next' && { NODE_OPTIONS: `--import=${fileOf('fetch-log.mjs')}` }),
    FETCH_LOG: fetchLog,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  }
}

async function publicJwk() {
  return { ...(await exportJWK(publicKey)), alg: 'ES256' }
}

async function stop() {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  const group = -Number(child.pid)
  process.kill(group, 'SIGTERM')
  const late = setTimeout(() => process.kill(group, 'SIGKILL'), 5_000)
  await exit
  clearTimeout(late)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address()
  server.close()
  await once(server, 'close')
  return free
}

async function untilReady() {
  const endsAt = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const answer = await fetch(`${baseUrl}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    if (Date.now() > endsAt) throw new Error(`not ready after ${START_TIMEOUT_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The headers of a request that is signed in: a cookie, or a bearer where the login gives one. */
async function signIn(user) {
  if (name === 'no-code') return { Authorization: `Bearer ${await jwtFor(user)}` }
  const answer = await fetch(baseUrl.replace('broker', 'login'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user }),
  })
  if (!answer.ok) throw new Error(`the login answers ${answer.status}`)
  const cookie = answer.headers.get('Set-Cookie')
  if (cookie) return { Cookie: cookie.split(';')[0] }
  return { Authorization: `Bearer ${(await answer.json()).token}` }
}

async function ask(login, audience) {
  const answer = await fetch(`${baseUrl}/tokens`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Valet-Key': '1',
      'Sec-Fetch-Site': 'same-origin',
      ...login,
    },
    body: JSON.stringify({ tokens: [{ id: '1', audience }] }),
  })
  const { tokens = [] } = await answer.json()
  return { answer, tokens }
}

async function checkToken(login) {
  const { answer, tokens } = await ask(login, 'cards')
  const [{ access_token: token, expires_in: seconds } = {}] = tokens
  if (answer.status !== 200 || !token) throw new Error(`no token, status ${answer.status}`)
  if (answer.headers.get('Cache-Control') !== 'no-store')
    throw new Error('no Cache-Control: no-store')
  if (!(seconds > 0)) throw new Error('expires_in is not above 0')
}

/** Every token of the group is signed with the key that the example was given. */
async function checkSignature(login) {
  const { getPublicKey, verifyAsync } = await import('@noble/secp256k1')
  const publicKey = getPublicKey(Buffer.from(secretKey, 'hex'))
  const { tokens } = await ask(login, 'records')
  if (tokens.length !== 2) throw new Error(`the group has ${tokens.length} tokens`)
  for (const { access_token: token = '' } of tokens) {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const { alg } = JSON.parse(Buffer.from(header, 'base64url'))
    const text = Buffer.from(`${header}.${payload}`)
    const isRight = await verifyAsync(Buffer.from(signature, 'base64url'), text, publicKey)
    if (alg !== 'ES256K' || !isRight)
      throw new Error(`a token of ${alg} is not signed with the key`)
  }
}

async function certify(login) {
  const profile = PROFILES[name] ?? PROFILE
  const otherLogin = () => signIn('bob')
  const report = await runBrokerConformance({ baseUrl, login: () => login, otherLogin, profile })
  const failures = report.results.filter(({ outcome }) => outcome === 'failed')
  if (failures.length > 0)
    throw new Error(failures.map(({ id, detail }) => `conformance ${id}: ${detail}`).join('\n'))
  return `conformance ${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`
}

function jwtFor(user) {
  return new SignJWT({ roles: ['doctor'], sid: randomBytes(8).toString('hex') })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject(user)
    .setIssuer('https://login.example/')
    .setAudience('https://api.example')
    .setExpirationTime('1 h')
    .sign(privateKey)
}

/** The same configuration mints for a terminal, one command a token. */
async function checkTerminal() {
  const printed = await runOnce('token', 'cards')
  if (printed.trim() !== cardsToken) throw new Error('the command prints another token')
  const decoded = JSON.parse(await runOnce('token', 'records', '--decode', '--json'))
  const algorithms = decoded.map((token) => token.decoded.header.alg)
  if (algorithms.join() !== 'ES256K,ES256K') throw new Error('the group has other tokens')
}

async function runOnce(...args) {
  const command = spawn('pnpm', ['exec', 'valetkey-broker', ...args], {
    cwd: folderOf(name),
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = []
  command.stdout.on('data', (chunk) => printed.push(chunk))
  command.stderr.on('data', (chunk) => output.push(chunk))
  const [code] = await once(command, 'close')
  if (code !== 0) throw new Error(`${args.slice(0, 2).join(' ')} ends with code ${code}`)
  return printed.join('')
}
