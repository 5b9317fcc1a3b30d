/** An app whose page holds the vendor's clients: its server, its broker, three nodes, a Chromium. */
import { type Broker, createBroker, type GroupMinter } from '@valetkey/broker'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import type { Page } from 'puppeteer-core'
import { onTestFinished } from 'vitest'
import { secretvault } from '../../src/minter/index.ts'
import { openServedPage } from '../served-page.ts'

export interface House {
  sandbox: Sandbox
  page: Page
}

const quiet = { logger: { info() {}, warn() {}, error() {} } }
const authenticate = () => ({ subject: 'ada', login: 'a session' })

/** `scopes`: what its users may have of today's nodes. */
export async function openHouse(scopes: readonly string[]): Promise<House> {
  const sandbox = await openNodes()
  const { secretvault: cluster } = sandbox
  const broker = createBroker({
    audiences: {
      records: {
        minter: secretvault({ cluster, tokenFormat: 'nuc', scope: 'data queries:execute' }),
        scopes: ['data', ...scopes],
      },
    },
    authenticate,
    authorize: (_, { scope }) => ({ scope: scope ?? 'data' }),
    ...quiet,
  })
  const page = await openServedPage(broker, new URL('page.ts', import.meta.url))
  return { sandbox, page }
}

/** Keys of 64 hexadecimal digits, which stay on the server. */
export interface Keys {
  newcomer: string
  user: string
  /** The newcomer's name of the seed era. */
  newcomerDid: string
}

/** Its broker hands out full authority, as everybody whom the page plays. */
export async function openFreeHouse({ newcomer, user, newcomerDid }: Keys): Promise<House> {
  const sandbox = await openNodes()
  const { secretvault: cluster } = sandbox
  const { nodes } = cluster
  const all = { allowFullAuthority: true } as const
  const today = (own: typeof cluster | { secretKey: string; nodes: typeof nodes }): GroupMinter =>
    secretvault({ cluster: own, tokenFormat: 'nuc', ...all })
  const broker: Broker = createBroker({
    audiences: {
      builder: today(cluster),
      newcomer: today({ secretKey: newcomer, nodes }),
      user: today({ secretKey: user, nodes }),
      seed: secretvault({ cluster, ...all }),
      'seed-newcomer': secretvault({
        cluster: { secretKey: newcomer, orgDid: newcomerDid, nodes },
        ...all,
      }),
    },
    authenticate,
    authorize: () => true,
    ...quiet,
  })
  const page = await openServedPage(broker, new URL('every-operation.ts', import.meta.url))
  return { sandbox, page }
}

async function openNodes(): Promise<Sandbox> {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.close())
  return sandbox
}
