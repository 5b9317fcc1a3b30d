/** The page of the ten minutes as a browser runs it, with time moved from outside. */
import { createManualClock } from '@valetkey/client/testing'
import { openVaultPage, type VaultPage } from './vault-page.ts'

declare global {
  /** Lets the broker's and the nodes' time go on. */
  var moveTime: (ms: number) => Promise<void>
  var openTenMinutes: (startMs: number) => void
  var vaultPage: VaultPage
  var advance: (ms: number) => Promise<void>
}

globalThis.openTenMinutes = (startMs) => {
  const clock = createManualClock(startMs)
  globalThis.advance = async (ms) => {
    await globalThis.moveTime(ms)
    await clock.advance(ms)
  }
  const { advance } = globalThis
  globalThis.vaultPage = openVaultPage({ broker: '/api/broker', clock, advance })
}

globalThis.ready = true
