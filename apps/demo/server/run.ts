/** Runs the demo at a terminal: says where it is, why it cannot start, ends on a signal. */
import { ClusterConfigError } from '@valetkey/secretvault/minter'
import { readConfig } from './config.ts'
import { type PageServer, startDemo } from './start-demo.ts'
import { StartError } from './start-error.ts'

/** Starts the demo as the environment says. Ends the process with 1 if it cannot. */
export async function run(servePage: PageServer): Promise<void> {
  try {
    const config = readConfig(process.env)
    const demo = await startDemo(config, servePage)
    if (demo.port !== config.port && !config.isPortChosen)
      console.log(`Port ${config.port} is taken, so the demo took the next free one.`)
    console.log(`Valet Key demo: ${demo.url}`)
    console.log(demo.isEmulated ? EMULATED : REAL)
    endOnSignal(() => demo.close())
  } catch (error) {
    if (!(error instanceof StartError || error instanceof ClusterConfigError)) throw error
    console.error(`The demo cannot start. ${error.message}`)
    process.exitCode = 1
  }
}

const EMULATED =
  'Emulated: three SecretVault nodes, Skyflow, NexusRunDB, walt.id, all with test keys. Press Ctrl+C to stop.'
const REAL =
  'Vaults of your files, the others emulated. In direct delivery the page holds their tokens; one for a SecretVault node carries the whole authority of the organization. Press Ctrl+C to stop.'

function endOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void close().then(() => process.exit(0))
    })
  }
}
