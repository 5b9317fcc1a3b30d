/** Which calls the broker forwards to each system: what the page does, nothing else. */
import { allow, type ProxyRule } from '@valetkey/broker'
import type { PatientsVault } from './patients.ts'
import type { VisitsDatabase } from './visits.ts'
import type { WalletService } from './wallet.ts'

export const RECORD_CALLS: readonly ProxyRule[] = [
  allow('POST', '/api/v1/data/create'),
  allow('POST', '/api/v1/data/read'),
  allow('POST', '/api/v1/data/delete'),
]

export function patientCalls({ vaultId, table }: PatientsVault): readonly ProxyRule[] {
  return [
    allow('POST', `/v1/vaults/${vaultId}/${table}`),
    allow('GET', `/v1/vaults/${vaultId}/${table}`),
    allow('POST', `/v1/vaults/${vaultId}/detokenize`),
  ]
}

export function visitCalls({ bucket }: VisitsDatabase): readonly ProxyRule[] {
  return [
    allow('GET', `/buckets/${bucket}/keys`),
    allow('GET', `/buckets/${bucket}/keys/:key`),
    allow('POST', `/buckets/${bucket}/keys/:key`),
    allow('DELETE', `/buckets/${bucket}/keys/:key`),
  ]
}

export function walletCalls({ wallet, trustRegistry }: WalletService): readonly ProxyRule[] {
  return [
    allow('GET', `/v2/${wallet}/wallet-service-api/keys`),
    allow('GET', `/v2/${wallet}/wallet-service-api/dids`),
    allow('GET', `/v2/${wallet}/wallet-service-api/credentials`),
    allow('GET', `/v1/${trustRegistry}/trust-registry-api/sources`),
  ]
}
