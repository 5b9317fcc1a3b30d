/** An app's server for one test: its page, its broker, the vault its tokens are for. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createBroker, type Minter } from '@valetkey/broker'
import { toNodeHandler } from '@valetkey/broker/node'
import { type ClusterConfig, secretvault } from '@valetkey/secretvault/minter'
import { listen } from './listen.ts'
import { openVault, type Vault } from './vault.ts'

export interface HouseParts {
  /** The page's script. */
  readonly script: string
  /** SecretVault's nodes, behind the group `records`. */
  readonly cluster: ClusterConfig
  /** Of the tokens for `cards` and `notes`. @default one hour */
  readonly lifetimeMs?: number
}

export interface House {
  readonly origin: string
  /** Behind `cards` and `notes`. */
  readonly vault: Vault
  /** How many requests for tokens have come, held ones included. */
  brokerRequests(): number
  /** Audiences of all mints, in their order. */
  readonly mints: readonly string[]
  /** Reports of what the page's policy has stopped. */
  readonly violations: readonly string[]
  /** Holds the next request for tokens back. */
  holdNext(): Held
  close(): Promise<void>
}

export interface Held {
  /** The request has come. */
  readonly arrived: Promise<void>
  /** Lets it go on. */
  release(): void
}

const HOUR_MS = 3_600_000
const BROKER_PATH = '/api/broker'
/** Every page of these tests lives under it. */
const POLICY = "script-src 'self'; require-trusted-types-for 'script'; report-uri /violations"
const PAGE = '<!doctype html><title>App</title><script type="module" src="/page.js"></script>'
const SILENT = { info() {}, warn() {}, error() {} }

export async function openHouse({
  script,
  cluster,
  lifetimeMs = HOUR_MS,
}: HouseParts): Promise<House> {
  const vault = await openVault()
  const mints: string[] = []
  const violations: string[] = []
  const gates: { arrive(): void; readonly released: Promise<void> }[] = []
  let brokerRequests = 0

  const minter: Minter = {
    name: 'test',
    shareable: false,
    limits: { defaultLifetimeMs: lifetimeMs, maxLifetimeMs: lifetimeMs },
    async mint(request) {
      const expiresAt = Date.now() + request.lifetimeMs
      const value = `token-${randomUUID()}`
      vault.admit(value, expiresAt)
      return { value, expiresAt, resource: vault.origin }
    },
  }
  const broker = createBroker({
    basePath: BROKER_PATH,
    audiences: {
      cards: minter,
      notes: minter,
      records: secretvault({ cluster, allowFullAuthority: true }),
    },
    authenticate(request) {
      const cookie = /\buser=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1]
      const bearer = /^Bearer (\w+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
      const subject = bearer ?? cookie
      return subject ? { subject, login: `login of ${subject}` } : null
    },
    authorize: () => true,
    logger: SILENT,
    onEvent: (event) => event.event === 'mint' && mints.push(event.audience),
  })
  const answerTokens = toNodeHandler(broker)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/' } = request
    if (url === `${BROKER_PATH}/tokens`) {
      brokerRequests += 1
      const gate = gates.shift()
      gate?.arrive()
      await gate?.released
    }
    if (url.startsWith(`${BROKER_PATH}/`)) return answerTokens(request, response)
    if (url === '/violations') {
      violations.push(Buffer.concat(await request.toArray()).toString())
      return void response.writeHead(204).end()
    }
    if (url === '/page.js') {
      // A sandboxed frame is of no origin, so its scripts are a stranger's.
      const headers = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' }
      return void response.writeHead(200, headers).end(script)
    }
    const headers = { 'content-type': 'text/html', 'content-security-policy': POLICY }
    response.writeHead(200, headers).end(PAGE)
  }

  const app = await listen((request, response) => void answer(request, response))
  return {
    origin: app.origin,
    vault,
    brokerRequests: () => brokerRequests,
    mints,
    violations,
    holdNext() {
      const [arrived, arrive] = signal()
      const [released, release] = signal()
      gates.push({ arrive, released })
      return { arrived, release }
    },
    async close() {
      await Promise.all([app.close(), vault.close()])
    },
  }
}

function signal(): [given: Promise<void>, give: () => void] {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return [given, give]
}
