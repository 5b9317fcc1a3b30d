/** The NexusRunDB behind the demo: the sandbox's database, with a token for each of two access keys. */
import type { Minter } from '@valetkey/broker'
import { nexusrundb } from '@valetkey/nexusrundb/minter'
import type { Sandbox } from '@valetkey/sandbox'

export interface VisitsDatabase {
  minter: Minter
  /** Ends in `/databases/{databaseId}`. */
  url: string
  bucket: string
}

/**
 * The database of the sandbox. Its tokens can be narrowed by nobody, so what a user may do decides which access
 * key a token is for: `scope` is `write` or `read`.
 */
export function emulatedVisits({ nexusrundb: emulated }: Sandbox): VisitsDatabase {
  const { baseUrl, masterKey, masterSecret, accessKey, readerKey, bucket } = emulated
  const minter = nexusrundb({
    baseUrl,
    accessKey: masterKey,
    accessSecret: masterSecret,
    masterKey: true,
    forAccessKey: { write: accessKey, read: readerKey },
    // Nothing is assumed of the sandbox's token endpoint: this is how it is.
    tokenMethod: 'POST',
    tokenPath: 'accesskeys/{accessKey}/token',
    expiryParam: 'expiry',
    tokenField: 'token',
  })
  return { minter, url: baseUrl, bucket }
}
