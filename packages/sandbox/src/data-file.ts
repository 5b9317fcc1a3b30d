/** Keeps what the SecretVault nodes remember in a file, from one start to the next. */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { parse, stringify } from 'devalue'
import { Uuid } from './secretvault/uuid.ts'
import type { Tables } from './secretvault/tables.ts'

/** A file that cannot be used. The message names it and says what to do. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError'
}

interface Contents {
  /** The keys derive from it, so that they stay with the data. */
  seed: string
  nodes: Tables[]
}

export interface DataFile {
  seed: string
  /** What each node remembered; fewer than there are nodes where it was written by fewer. */
  nodes: readonly Tables[]
  /** Writes soon: what comes in quick succession is written once. */
  touch(): void
  /** Writes what is not written yet. */
  close(): Promise<void>
}

export interface DataFileOptions {
  path: string
  /** For a file that is not there yet. Without one it gets a random seed. */
  seed: string | undefined
  read(this: void): Tables[]
}

const WRITE_AFTER_MS = 50

/** @throws {DataFileError} for a file that is there and was not written here, or that has another seed. */
export function openDataFile({ path, seed, read }: DataFileOptions): DataFile {
  const contents = existsSync(path) ? parseFile(path) : { seed: seed ?? randomUUID(), nodes: [] }
  if (seed !== undefined && seed !== contents.seed)
    throw new DataFileError(
      `${path} was written with another seed: leave out the seed, or the file`,
    )
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  function write(): void {
    timer = undefined
    const text = stringify(
      { seed: contents.seed, nodes: read() },
      { Uuid: (value: unknown) => value instanceof Uuid && value.text },
    )
    // One after the other, each whole: a reader never sees half a file.
    writing = writing.then(async () => {
      await writeFile(`${path}.new`, text)
      await rename(`${path}.new`, path)
    })
    // `close` tells of it.
    writing.catch(() => {})
  }

  return {
    ...contents,
    touch() {
      timer ??= setTimeout(write, WRITE_AFTER_MS)
    },
    async close() {
      if (timer) {
        clearTimeout(timer)
        write()
      }
      await writing
    },
  }
}

function parseFile(path: string): Contents {
  try {
    const contents: unknown = parse(readFileSync(path, 'utf8'), { Uuid: (text) => new Uuid(text) })
    if (isContents(contents)) return contents
  } catch {
    // Said below, without what the file holds.
  }
  throw new DataFileError(`${path} is no data file of the sandbox: remove it, or name another`)
}

function isContents(value: unknown): value is Contents {
  if (typeof value !== 'object' || value === null) return false
  return (
    'seed' in value &&
    typeof value.seed === 'string' &&
    'nodes' in value &&
    Array.isArray(value.nodes)
  )
}
