/** An app whose page holds the vendor's clients: its server, its broker, three nodes, a Chromium. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createBroker } from '@valetkey/broker'
import { toNodeHandler } from '@valetkey/broker/node'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import puppeteer, { type Page } from 'puppeteer-core'
import { build } from 'vite'
import { inject, onTestFinished } from 'vitest'
import { secretvault } from '../../src/minter/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How to start the Chromium that was found; no path where there is none. */
    chromium: { executablePath?: string; args: string[]; env?: Record<string, string> }
  }
}

export interface House {
  sandbox: Sandbox
  page: Page
}

const PAGE = '<!doctype html><title>App</title><script type="module" src="/page.js"></script>'

let built: Promise<string> | undefined

/** `scopes`: what its users may have of today's nodes. */
export async function openHouse(scopes: readonly string[]): Promise<House> {
  const [script, sandbox] = await Promise.all([(built ??= bundle()), startSandbox()])
  onTestFinished(() => sandbox.close())
  const { secretvault: cluster } = sandbox
  const broker = createBroker({
    audiences: {
      records: {
        minter: secretvault({ cluster, tokenFormat: 'nuc', scope: 'data queries:execute' }),
        scopes: ['data', ...scopes],
      },
      seed: secretvault({ cluster, allowFullAuthority: true }),
    },
    authenticate: () => ({ subject: 'ada', login: 'a session' }),
    authorize: (_, { audience, scope }) => audience === 'seed' || { scope: scope ?? 'data' },
    logger: { info() {}, warn() {}, error() {} },
  })
  const answerTokens = toNodeHandler(broker)
  const server = createServer((request, response) => {
    if (request.url?.startsWith(broker.basePath)) return answerTokens(request, response)
    const isScript = request.url === '/page.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(isScript ? script : PAGE)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { args, ...chromium } = inject('chromium')
  const browser = await puppeteer.launch({ ...chromium, args })
  onTestFinished(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
    await broker.close()
  })
  const page = await browser.newPage()
  const { port } = server.address() as AddressInfo
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.waitForFunction(() => 'useSeed' in globalThis)
  return { sandbox, page }
}

/** The page's script, as an app's build makes it. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: { output: { codeSplitting: false } },
      lib: { entry: fileURLToPath(new URL('page.ts', import.meta.url)), formats: ['es'] },
    },
  })
  const [output] = [result].flat()
  const [chunk] = output && 'output' in output ? output.output : []
  if (chunk?.type !== 'chunk') throw new Error('Nothing was built')
  return chunk.code
}
