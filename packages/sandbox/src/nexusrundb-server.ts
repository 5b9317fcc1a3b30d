/** Serves the emulated NexusRunDB on a port that is already open. */
import { corsFor, type CorsMode } from './cors.ts'
import { createEmulator, type EmulatorControl } from './emulator.ts'
import { createFaultBoard } from './faults.ts'
import type { Listener } from './listener.ts'
import { faultAnswer } from './nexusrundb/answers.ts'
import { nexusRunDbCors } from './nexusrundb/cors-habits.ts'
import type { NexusRunDbHabits } from './nexusrundb/habits.ts'
import { BUCKET, createNexusRunDbService, PUBLIC_BUCKET } from './nexusrundb/service.ts'

export interface NexusRunDbServerOptions {
  listener: Listener
  /** Where it is reached, without a path. */
  url: string
  cors: CorsMode
  seed: string | undefined
  habits: NexusRunDbHabits
}

/** All that a client of the emulated NexusRunDB needs. The secrets are for tests only. */
export interface NexusRunDbAccess {
  /** Ends in `/databases/{databaseId}`. */
  baseUrl: string
  databaseId: string
  /** Has every right in its buckets, and may make new ones by writing. */
  accessKey: string
  accessSecret: string
  /** May do everything, and mint for every access key. */
  masterKey: string
  masterSecret: string
  /** May read and list in `bucket`. */
  readerKey: string
  readerSecret: string
  bucket: string
  /** Everybody may read its keys. */
  publicBucket: string
}

const DATABASE_ID = 'emulated'

/** What an emulated NexusRunDB has no use for. */
const ABSENT = [
  'subscription',
  'credits',
  'maintenance',
  'migrating',
  'rateLimit',
  'queryRunMs',
  'partialCreate',
  'rotatedKey',
] as const

export function serveNexusRunDb(options: NexusRunDbServerOptions): {
  access: NexusRunDbAccess
  control: EmulatorControl
} {
  const { listener, url, cors, seed, habits } = options
  const faults = createFaultBoard(ABSENT)
  const databaseId = DATABASE_ID
  const service = createNexusRunDbService({ databaseId, seed, habits, conditions: faults })
  const emulator = createEmulator({
    answer: (request) => service.fetch(request),
    answerWith: faultAnswer,
    admit: corsFor(cors, nexusRunDbCors),
    faults,
    forget: () => service.reset(),
  })
  listener.serve((request, bindings) => emulator.fetch(request, bindings))
  const { user, master, reader } = service.keys
  return {
    access: {
      baseUrl: `${url}/databases/${databaseId}`,
      databaseId,
      accessKey: user.id,
      accessSecret: user.secret,
      masterKey: master.id,
      masterSecret: master.secret,
      readerKey: reader.id,
      readerSecret: reader.secret,
      bucket: BUCKET,
      publicBucket: PUBLIC_BUCKET,
    },
    control: emulator.control,
  }
}
