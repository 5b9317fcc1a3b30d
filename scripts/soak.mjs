// Soaks a broker: 300 requests a second for ten minutes against tokens of five seconds, and everything that
// clients do besides. Prints how much memory grew, how many expired tokens were handed out, what was left unhandled.
// `node scripts/soak.mjs 60` soaks for a minute.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { root } from './tool-path.mjs'

const SECONDS = Number(process.argv[2] ?? 600)
const PER_SECOND = 300
const USERS = 100
/** Memory is compared from here on; a shorter soak compares its last three quarters. */
const SETTLED_SECONDS = Math.min(120, SECONDS / 4)
const SAMPLE_MS = 2_000
const TICK_MS = 10
const MOST_GROWTH = 0.1
const AUDIENCES = ['cards', 'records', 'reports', 'payments']

const child = fork(join(root, 'packages/broker/bench/soak-server.ts'), {
  execArgv: ['--expose-gc'],
})
const [{ url }] = await once(child, 'message')
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const tally = {
  requests: 0,
  tokens: 0,
  expired: 0,
  statuses: {},
  broken: 0,
  aborted: 0,
  shortest: 5,
}
const samples = []

const beganAt = performance.now()
const secondsSoFar = () => (performance.now() - beganAt) / 1_000
const sampler = setInterval(sample, SAMPLE_MS)
await new Promise((resolve) => {
  const ticker = setInterval(() => {
    // By the clock and not by the tick, so that a late tick is made up for.
    const due = Math.floor(Math.min(secondsSoFar(), SECONDS) * PER_SECOND)
    while (tally.requests < due) send(tally.requests++)
    if (secondsSoFar() < SECONDS) return
    clearInterval(ticker)
    resolve()
  }, TICK_MS)
})
clearInterval(sampler)
await new Promise((resolve) => setTimeout(resolve, 2_000))
const last = await sample()
child.kill()
process.exitCode = tell(last) ? 0 : 1

async function sample() {
  child.send('sample')
  const [{ rss, heapUsed, mints, unhandled }] = await once(child, 'message')
  samples.push({ at: secondsSoFar(), rss, heapUsed })
  return { mints, unhandled }
}

/** Nine of ten ask for tokens, as pages do; the others do what pages, people and strangers do, too. */
function send(number) {
  const user = (number * 7_919) % USERS
  const kind = number % 20
  if (kind === 1) return call({ user, path: '/proxy/vault/v1/records', method: 'GET' })
  if (kind === 2 && number % 400 === 2) return call({ user, path: '/revoke', body: '{}' })
  if (kind === 3 && number % 60 === 3)
    return call({ user, path: '/tokens', body: '{"tokens":[{"id":"1","audience":"forbidden"}]}' })
  if (kind === 4 && number % 60 === 4) return call({ user, path: '/tokens', body: '{"tokens":' })
  const tokens = AUDIENCES.map((audience, index) => ({ id: String(index), audience }))
  const isAbandoned = kind === 5 && number % 100 === 5
  call({ user, path: '/tokens', body: JSON.stringify({ tokens }), isAbandoned })
}

function call({ user, path, method = 'POST', body, isAbandoned = false }) {
  const outgoing = request(`${url}${path}`, {
    method,
    agent,
    headers: {
      Accept: 'application/json',
      ...(body && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
      Cookie: `user=${user}`,
      'Sec-Fetch-Site': 'same-origin',
      'X-Valet-Key': '1',
    },
  })
  // An abandoned one may break off before its answer or in the midst of it.
  const fail = () => (isAbandoned ? (tally.aborted += 1) : (tally.broken += 1))
  outgoing.on('error', fail)
  outgoing.on('response', (answer) => void read(answer).catch(fail))
  outgoing.end(body)
  if (isAbandoned) setTimeout(() => outgoing.destroy(), 1)
}

async function read(answer) {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  tally.statuses[answer.statusCode] = (tally.statuses[answer.statusCode] ?? 0) + 1
  if (answer.statusCode !== 200 || !text.startsWith('{"server_time"')) return
  const { tokens, server_time } = JSON.parse(text)
  for (const { access_token, expires_in } of tokens) {
    if (access_token === undefined) continue
    tally.tokens += 1
    tally.shortest = Math.min(tally.shortest, expires_in)
    // Its own end, against the moment the broker says it answered.
    const isExpired = Number.parseInt(access_token, 10) <= server_time || expires_in <= 0
    if (isExpired) tally.expired += 1
  }
}

/** The first minute after it has settled, against the last one. */
function growthOf(part) {
  const settled = samples.filter(({ at }) => at >= SETTLED_SECONDS)
  const width = Math.min(60, (SECONDS - SETTLED_SECONDS) / 3)
  const first = settled.filter(({ at }) => at < SETTLED_SECONDS + width)
  const lastOnes = settled.filter(({ at }) => at >= SECONDS - width)
  return median(lastOnes.map(part)) / median(first.map(part)) - 1
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function tell({ mints, unhandled }) {
  const growth = { rss: growthOf(({ rss }) => rss), heap: growthOf(({ heapUsed }) => heapUsed) }
  const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
  const percent = (share) => `${(share * 100).toFixed(1)} %`
  const end = samples.at(-1)
  console.log(
    `Node ${process.versions.node}, ${SECONDS} s, ${tally.requests} requests, ${mints} mints`,
  )
  console.log(`answers by status: ${JSON.stringify(tally.statuses)}, abandoned: ${tally.aborted}`)
  console.log(`tokens handed out: ${tally.tokens}, shortest remaining life ${tally.shortest} s`)
  console.log(`expired tokens handed out: ${tally.expired}`)
  console.log(`broken connections: ${tally.broken}`)
  console.log(`unhandled rejections: ${unhandled}`)
  console.log(`resident memory at the end ${mib(end.rss)}, growth ${percent(growth.rss)}`)
  console.log(`heap in use at the end ${mib(end.heapUsed)}, growth ${percent(growth.heap)}`)
  const isSmall = growth.rss <= MOST_GROWTH && growth.heap <= MOST_GROWTH
  return isSmall && tally.expired === 0 && unhandled === 0 && tally.broken === 0
}
