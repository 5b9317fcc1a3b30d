/** Starts one example, signs in, asks for tokens, then certifies its broker: `node smoke.mjs express`. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { runBrokerConformance } from '@valetkey/broker/conformance'

const START_TIMEOUT_MS = 120_000
const PROFILE = { granted: 'cards', forbidden: 'payroll', refusable: 'cards' }
const GROUP = { ...PROFILE, group: 'records' }
/** What is told of an example: the profile of its broker, besides that of all. */
const PROFILES = { workers: GROUP, deno: GROUP, bun: GROUP, 'broker-python': GROUP }

const [name = ''] = process.argv.slice(2)
const secretKey = randomBytes(32).toString('hex')
const port = await freePort()
const baseUrl = `http://127.0.0.1:${port}/api/broker`
const output = []
const child = start(name)

try {
  await untilReady()
  const login = await signIn('ada')
  await checkToken(login)
  if (PROFILES[name] === GROUP && name !== 'broker-python') await checkSignature(login)
  console.log(`token, no-store · ${await certify(login)}`)
} catch (error) {
  console.error(`${error.message}\n${output.join('').slice(-2_000)}`)
  process.exitCode = 1
} finally {
  await stop()
}

/** In a group of its own, so that what it starts ends with it. */
function start(folder) {
  const started = spawn('pnpm', ['run', 'start'], {
    cwd: fileURLToPath(new URL(`${folder}/`, import.meta.url)),
    env: {
      ...process.env,
      PORT: String(port),
      SECRETVAULT_KEY: secretKey,
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  started.stdout.on('data', (chunk) => output.push(chunk))
  started.stderr.on('data', (chunk) => output.push(chunk))
  return started
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
