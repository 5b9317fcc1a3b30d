/** Serves the broker that a file describes, until the process is told to end. */
import { dirname, resolve } from 'node:path'
import { createBroker } from '../broker.ts'
import { serveBroker } from '../node.ts'
import { loadBrokerConfig } from './broker-config.ts'
import { createJsonLogger } from './json-logger.ts'
import type { Terminal } from './terminal.ts'

/** Resolves with the exit code. */
export async function serveCommand(
  { config, check }: { readonly config: string; readonly check: boolean },
  terminal: Terminal,
): Promise<number> {
  const file = resolve(config)
  terminal.changeFolder(dirname(file))
  const { options, server } = await loadBrokerConfig(file, { env: terminal.env, purpose: 'serve' })
  if (check) {
    terminal.print(`${config}: nothing is wrong`)
    return 0
  }
  const logger = createJsonLogger((line) => terminal.print(line))
  const { url, close } = await serveBroker(createBroker({ ...options, logger }), server)
  logger.info({ url }, 'listening')
  await terminal.untilStopped()
  logger.info({}, 'draining')
  const isLate = await Promise.race([
    close().then(() => false),
    Promise.race([after(server.shutdownMs), terminal.untilStopped()]).then(() => true),
  ])
  if (isLate) logger.warn({}, 'stopped with requests under way')
  else logger.info({}, 'stopped')
  return isLate ? 1 : 0
}

function after(ms: number): Promise<void> {
  return new Promise((done) => {
    // It must not keep a process that has nothing else to do.
    setTimeout(done, ms).unref()
  })
}
