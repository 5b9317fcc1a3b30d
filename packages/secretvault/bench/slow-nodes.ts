/** Serves nodes that wait before each answer as long as they are told, in a thread of their own so that they cost the client nothing. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const JSON_CONTENT = { 'content-type': 'application/json' }

let delayMs = 0

/** What each node answers. */
const bodies: readonly string[] = workerData

const ports = await Promise.all(
  bodies.map(
    (body) =>
      new Promise<number>((resolve) => {
        const server = createServer((incoming, outgoing) => {
          incoming.resume()
          const answer = () => outgoing.writeHead(200, JSON_CONTENT).end(body)
          if (delayMs > 0) setTimeout(answer, delayMs)
          else answer()
        })
        server.keepAliveTimeout = 60_000
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
      }),
  ),
)

parentPort?.on('message', (told: number) => {
  delayMs = told
  parentPort?.postMessage('set')
})
parentPort?.postMessage(ports)
