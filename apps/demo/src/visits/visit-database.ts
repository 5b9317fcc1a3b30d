/** Visits in NexusRunDB: written, read, listed by prefix and deleted under keys of the page's choosing. */
import { createNexusRunDb, type KeyPage, type NexusRunDb } from '@valetkey/nexusrundb'
import type { visitsIn } from '../audiences.ts'
import { tokens } from '../tokens.ts'

export interface Visit {
  who: string
  why: string
}

/** Where visits are kept: the broker's name for it, in either delivery, and the database's. */
export interface VisitsPlace {
  audience: ReturnType<typeof visitsIn>
  bucket: string
}

const SHOWN = 8

function openDatabase({ audience }: VisitsPlace): NexusRunDb<Record<string, Visit>> {
  return createNexusRunDb<Record<string, Visit>>({ client: tokens, audience })
}

/** Writes a visit under its key, over the one that is there. */
export function writeVisit(
  place: VisitsPlace,
  { key, visit }: { key: string; visit: Visit },
): Promise<void> {
  return openDatabase(place).write(place.bucket, { key, value: visit })
}

/** Reads the visit under a key. */
export function readVisit(place: VisitsPlace, key: string): Promise<Visit> {
  return openDatabase(place).read(place.bucket, key)
}

/** Lists the first keys that begin with a prefix. */
export function listVisits(place: VisitsPlace, prefix: string): Promise<KeyPage> {
  return openDatabase(place).list(place.bucket, {
    pageSize: SHOWN,
    ...(prefix !== '' && { filter: { prefix } }),
  })
}

/** Deletes the visit under a key. */
export function deleteVisit(place: VisitsPlace, key: string): Promise<void> {
  return openDatabase(place).delete(place.bucket, key)
}
