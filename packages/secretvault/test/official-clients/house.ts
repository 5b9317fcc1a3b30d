/** An app whose page holds the vendor's clients: its server, its broker, three nodes, a Chromium. */
import { createBroker } from '@valetkey/broker'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import type { Page } from 'puppeteer-core'
import { onTestFinished } from 'vitest'
import { secretvault } from '../../src/minter/index.ts'
import { openServedPage } from '../served-page.ts'

export interface House {
  sandbox: Sandbox
  page: Page
}

/** `scopes`: what its users may have of today's nodes. */
export async function openHouse(scopes: readonly string[]): Promise<House> {
  const sandbox = await startSandbox()
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
  const page = await openServedPage(broker, new URL('page.ts', import.meta.url))
  return { sandbox, page }
}
