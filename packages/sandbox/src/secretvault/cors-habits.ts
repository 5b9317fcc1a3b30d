/** What the CORS answers of SecretVault's nodes look like. */
import type { CorsHabits } from '../cors.ts'

const VENDOR_DOMAINS = ['nillion.com', 'nillion.pub', 'fiftytwo.gg']
const VENDOR_LOCAL_ORIGIN = 'http://localhost:8081'
const METHODS = ['GET', 'POST', 'PUT', 'DELETE']

export const secretVaultCors: CorsHabits = {
  allowHeaders: ['Content-Type', 'Authorization'],
  // The seed-era nodes left PUT out.
  methods: (mode) => (mode === 'vendor' ? METHODS.filter((method) => method !== 'PUT') : METHODS),
  isVendorOrigin(origin) {
    if (origin === VENDOR_LOCAL_ORIGIN) return true
    if (!origin.startsWith('https://')) return false
    const host = origin.slice('https://'.length)
    return VENDOR_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))
  },
}
