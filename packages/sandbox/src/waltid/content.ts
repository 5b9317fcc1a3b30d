/** The services of the emulated organization: a wallet, a trust registry, a KMS. */

export interface WaltidPlaces {
  tenant: string
  wallet: string
  trustRegistry: string
  kms: string
}

export function placesOf(organization: string): WaltidPlaces {
  const tenant = `${organization}.tenant1`
  return {
    tenant,
    wallet: `${tenant}.wallet`,
    trustRegistry: `${tenant}.trust`,
    kms: `${tenant}.kms`,
  }
}

const DID = 'did:key:z6MkjoRhq1jSNJdLiruSXrFFxagqrztZaXHqHGUTKJbcNywp'

export const WALLET_CONTENT: Readonly<Record<string, readonly object[]>> = {
  keys: [
    { keyId: 'holder-1', keyType: 'Ed25519', algorithm: 'EdDSA' },
    { keyId: 'holder-2', keyType: 'secp256r1' },
  ],
  dids: [{ did: DID, document: { id: DID, '@context': ['https://www.w3.org/ns/did/v1'] } }],
  credentials: [
    {
      id: 'c-1',
      format: 'jwt_vc_json',
      type: 'UniversityDegree',
      issuer: DID,
      addedOn: '2026-11-01',
    },
  ],
}

export const TRUST_SOURCES: readonly object[] = [
  { sourceId: 'eu-lotl', displayName: 'EU list of trusted lists', freshnessState: 'FRESH' },
]

/** What `resources/list` shows of a KMS: the private key (`d`) too, as the real one does. */
export const KMS_RESOURCES: readonly object[] = [
  {
    _id: 'key1',
    type: 'key',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: 'c2FuZGJveC1wdWJsaWM', d: 'c2FuZGJveC1wcml2YXRl' },
  },
]
