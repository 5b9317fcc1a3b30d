/** Serves nodes that take 20 ms for every answer, in a thread of their own so that they cost the client nothing. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const DELAY_MS = 20

/** What each node answers. */
const bodies: readonly string[] = workerData

const ports = await Promise.all(
  bodies.map(
    (body) =>
      new Promise<number>((resolve) => {
        const server = createServer((incoming, outgoing) => {
          incoming.resume()
          setTimeout(() => {
            outgoing.writeHead(200, { 'content-type': 'application/json' }).end(body)
          }, DELAY_MS)
        })
        server.keepAliveTimeout = 60_000
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
      }),
  ),
)

parentPort?.postMessage(ports)
