/** The access keys of the emulated database, with their secrets. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export interface AccessKey {
  readonly id: string
  readonly secret: string
  /** May do everything, and mint for all others. */
  readonly isMaster: boolean
  /** What its information shows. */
  readonly tags: readonly string[]
}

export interface AccessKeys {
  readonly master: AccessKey
  /** May do everything in the bucket it is given. */
  readonly user: AccessKey
  /** May read and list there. */
  readonly reader: AccessKey
  find(id: string): AccessKey | undefined
  /** The key, if the secret is its own. */
  verify(id: string, secret: string): AccessKey | undefined
}

const ID_LENGTH = 16
const SECRET_LENGTH = 40

/** The same for the same seed; random without one. */
export function createAccessKeys(seed: string | undefined): AccessKeys {
  const root = seed ?? randomBytes(32)
  const textOf = (name: string, length: number): string =>
    createHmac('sha256', root).update(`nexusrundb ${name}`).digest('hex').slice(0, length)
  const keyOf = (name: string, isMaster = false): AccessKey => ({
    id: `${name}-${textOf(`${name} id`, ID_LENGTH)}`,
    secret: textOf(`${name} secret`, SECRET_LENGTH),
    isMaster,
    tags: [name],
  })
  const [master, user, reader] = [keyOf('master', true), keyOf('app'), keyOf('reader')]
  const byId = new Map([master, user, reader].map((key) => [key.id, key]))
  return {
    master,
    user,
    reader,
    find: (id) => byId.get(id),
    verify(id, secret) {
      const key = byId.get(id)
      return key && isSame(key.secret, secret) ? key : undefined
    },
  }
}

function isSame(one: string, other: string): boolean {
  const digestOf = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digestOf(one), digestOf(other))
}
