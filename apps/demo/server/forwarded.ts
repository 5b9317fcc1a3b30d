/** Which calls the broker forwards to each system: what the page does, nothing else. */
import { allow, type ProxyRule } from '@valetkey/broker'
import type { PatientsVault } from './patients.ts'

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
