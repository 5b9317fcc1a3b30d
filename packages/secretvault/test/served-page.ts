/** A page of an app in a Chromium, with the app's broker on the page's own origin. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { toNodeHandler } from '@valetkey/broker/node'
import puppeteer, { type Page } from 'puppeteer-core'
import { build } from 'vite'
import { inject, onTestFinished } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** How to start the Chromium that was found; no path where there is none. */
    chromium: { executablePath?: string; args: string[]; env?: Record<string, string> }
  }
}

type ServedBroker = Parameters<typeof toNodeHandler>[0] & {
  readonly basePath: string
  close(): Promise<void>
}

const PAGE = '<!doctype html><title>App</title><script type="module" src="/page.js"></script>'

const built = new Map<string, Promise<string>>()

/** Opens a page that runs `entry`, a module that sets the global `ready` when it has run. Closes with the test. */
export async function openServedPage(broker: ServedBroker, entry: URL): Promise<Page> {
  const script = await (built.get(entry.href) ??
    built.set(entry.href, bundle(entry)).get(entry.href))
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
  await page.waitForFunction(() => 'ready' in globalThis)
  return page
}

/** The page's script, as an app's build makes it. */
async function bundle(entry: URL): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: { output: { codeSplitting: false } },
      lib: { entry: fileURLToPath(entry), formats: ['es'] },
    },
  })
  const [output] = [result].flat()
  const [chunk] = output && 'output' in output ? output.output : []
  if (chunk?.type !== 'chunk') throw new Error('Nothing was built')
  return chunk.code
}
