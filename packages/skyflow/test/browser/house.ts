/** An app's server for one test: its page, its broker. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBroker } from '@valetkey/broker'
import { toNodeHandler } from '@valetkey/broker/node'
import type { Sandbox } from '@valetkey/sandbox'
import { skyflow } from '../../src/minter/index.ts'

export interface House {
  readonly origin: string
  /** How many requests for tokens have come. */
  brokerRequests(): number
  /** From now on: answers, refuses with this status, or never answers. */
  fail(how: 'not' | 'never answers' | number): void
  close(): Promise<void>
}

const BROKER_PATH = '/api/broker'
const SILENT = { info() {}, warn() {}, error() {} }

export async function openHouse({
  script,
  sandbox,
}: {
  script: string
  sandbox: Sandbox
}): Promise<House> {
  const { credentials, vaultUrl, vaultUrlTls, vaultId } = sandbox.skyflow
  const broker = createBroker({
    basePath: BROKER_PATH,
    audiences: { patients: skyflow({ credentials, vaultUrl }) },
    authenticate: () => ({ subject: 'ada', login: 'login of ada' }),
    authorize: () => true,
    logger: SILENT,
  })
  const answerTokens = toNodeHandler(broker)
  const facts = JSON.stringify({ vaultID: vaultId, vaultURL: vaultUrlTls })
  const head = `<script>globalThis.house = ${facts}</script>`
  const html = `<!doctype html><title>App</title>${head}<body><div id="root"></div><script src="/page.js"></script>`
  let brokerRequests = 0
  let failing: Parameters<House['fail']>[0] = 'not'

  const server = createServer((request, response) => {
    const { url = '/' } = request
    if (url === `${BROKER_PATH}/tokens`) {
      brokerRequests += 1
      if (failing === 'never answers') return
      if (failing !== 'not') return void response.writeHead(failing).end()
    }
    if (url.startsWith(`${BROKER_PATH}/`)) return answerTokens(request, response)
    const isScript = url === '/page.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(isScript ? script : html)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    brokerRequests: () => brokerRequests,
    fail: (how) => void (failing = how),
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await Promise.all([closed, broker.close()])
    },
  }
}
