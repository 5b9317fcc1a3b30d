/** Node 2 of 3 fails at each point of a write: never a half record that nobody is told of. */
import type { Fault } from '@valetkey/sandbox'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Era, isVaultError, type SecretVault, type VaultError } from '../src/index.ts'
import { createLogins, createWorld, type Login, type World } from './setup.ts'

type Operation = 'create' | 'update' | 'delete'

const PATHS: Readonly<Record<Era, Readonly<Record<Operation | 'all', string>>>> = {
  seed: {
    create: '/api/v1/data/create',
    update: '/api/v1/data/update',
    delete: '/api/v1/data/delete',
    all: '/api/v1/data/*',
  },
  today: {
    create: '/v1/data/standard',
    update: '/v1/data/update',
    delete: '/v1/data/delete',
    all: '/v1/data/*',
  },
}

const WRITE_DEADLINE_MS = 1_500
const LATE_MS = 2_000

/** What happens on node 2, given the path of the write and that of all calls. */
const FAULTS: Readonly<Record<string, (write: string, all: string) => Fault[]>> = {
  'before: 401 once': (path) => [{ status: 401, path, times: 1 }],
  'before: 401 for good': (path) => [{ status: 401, path }],
  'before: 500': (path) => [{ status: 500, path, times: 1 }],
  'before: dropped': (path) => [{ drop: true, path, times: 1 }],
  'before: timeout, lands late': (path) => [{ delayMs: LATE_MS, path, times: 1 }],
  'before: dead': (_, path) => [{ drop: true, path }],
  'during: takes a part': () => [{ partialCreate: true }],
  'during: answer cut off': (path) => [{ body: 'truncated', when: 'after', path, times: 1 }],
  // An update is taken back by an update, so it would not even be read where all calls fail.
  'during: dies': (path, all) => [
    { drop: true, when: 'after', path, times: 1 },
    { drop: true, path: path.endsWith('update') ? path : all },
  ],
  'after: 401': (path) => [{ status: 401, when: 'after', path, times: 1 }],
  'after: 500': (path) => [{ status: 500, when: 'after', path, times: 1 }],
  'after: 502': (path) => [{ status: 502, when: 'after', path, times: 1 }],
  'after: dropped': (path) => [{ drop: true, when: 'after', path, times: 1 }],
  'after: timeout': (path) => [{ delayMs: LATE_MS, when: 'after', path, times: 1 }],
}

const isNightly = Boolean(process.env.VALETKEY_NIGHTLY)

/** All of it in the nightly run. */
const OPERATIONS: Readonly<Record<Era, readonly Operation[]>> = isNightly
  ? { seed: ['create', 'update', 'delete'], today: ['create', 'update', 'delete'] }
  : { seed: ['update'], today: ['create'] }

/** Those that need no waiting for a deadline. */
const QUICK = [
  'before: 401 once',
  'before: 500',
  'during: takes a part',
  'during: dies',
  'after: 500',
  'after: dropped',
]

const OLD = { service: 'mail', visits: 1, password: { '%allot': 'old' } } satisfies Login
const UPDATE = { $set: { visits: 2, password: { '%allot': 'new' } } }

const lines: string[] = []
afterAll(() => {
  const head = [
    '| era | write | node 2 | told | nodes named | after repair |',
    '|---|---|---|---|---|---|',
  ]
  console.info([...head, ...lines].join('\n'))
})

/** What each node holds of the record: nothing, the old one, the new one. */
async function held(world: World, schema: string, id: string): Promise<string[]> {
  const nodes = await world.stored(schema)
  return nodes.map((documents) => {
    const document = documents.find(({ _id }) => _id === id)
    return document === undefined ? 'none' : String(document.visits)
  })
}

/** What the client reads, once all nodes answer: a half record shows as `half`. */
async function read(vault: SecretVault, schema: string, id: string): Promise<string> {
  const { records, incomplete } = await vault.find<Login>(schema, { _id: id })
  if (incomplete.length > 0) return 'half'
  const [record] = records
  return record === undefined ? 'none' : `${record.visits} ${record.password}`
}

const BEFORE = { create: 'none', update: '1 old', delete: '1 old' } as const
const AFTER = { create: '1 old', update: '2 new', delete: 'none' } as const

describe.each(['seed', 'today'] as const)('a write, era %s', (era) => {
  it.each(OPERATIONS[era])(
    'to %s is done, undone or told, wherever node 2 fails',
    async (operation) => {
      const vaultOptions = { writeDeadlineMs: WRITE_DEADLINE_MS, settleMs: LATE_MS }
      const world = await createWorld({ era, vault: vaultOptions })
      const schema = await createLogins(world)
      const problems: string[] = []
      for (const [name, faultsOf] of Object.entries(FAULTS)) {
        if (name.includes('part') && operation !== 'create') continue
        if (!isNightly && !QUICK.includes(name)) continue
        const faults = faultsOf(PATHS[era][operation], PATHS[era].all)
        problems.push(...(await playOut(world, { era, schema, operation, name, faults })))
      }
      expect(problems).toEqual([])
    },
    300_000,
  )
})

interface Play {
  era: Era
  schema: string
  operation: Operation
  name: string
  faults: Fault[]
}

/** Plays one fault through, adds its line to the table, gives what was not as it should be. */
async function playOut(
  world: World,
  { era, schema, operation, name, faults }: Play,
): Promise<string[]> {
  const { vault, sandbox, audiences } = world
  const node = sandbox.nodes[1]
  let id = ''
  if (operation !== 'create') [id = ''] = (await vault.create<Login>(schema, [OLD])).ids
  else id = crypto.randomUUID()
  for (const fault of faults) node?.fault(fault)
  const write = {
    create: () => vault.create<Login>(schema, [{ _id: id, ...OLD }]),
    update: () => vault.update(schema, { filter: { _id: id }, update: UPDATE }),
    delete: () => vault.delete(schema, { _id: id }),
  }
  const error = await write[operation]().then(() => undefined, vaultErrorOf)
  const told = error?.code ?? 'done'
  const named = [...(error?.residue ?? []), ...(error?.uncertain ?? [])]
  node?.clearFaults()

  // Nodes that are not named hold what was there before, or what should be there now.
  const now = await held(world, schema, id)
  const [whole] = (error && operation !== 'delete' ? BEFORE : AFTER)[operation].split(' ')
  const [old] = BEFORE[operation].split(' ')
  const isNamed = (audience = '') => named.some((one) => one.audience === audience)
  const due = now.map((_, i) =>
    told === 'write_failed' ? old : isNamed(audiences[i]) ? now[i] : whole,
  )
  const problems = due.some((text, i) => text !== now[i])
    ? [`${told}, yet nodes hold ${now.join()}`]
    : []

  if (told === 'write_incomplete') {
    const repair = () => error?.repair?.()
    await vi.waitFor(repair, { timeout: 20_000, interval: 500 })
  }
  const seen = await read(vault, schema, id)
  const expected = told === 'done' || (told === 'write_incomplete' && operation === 'delete')
  if (seen !== (expected ? AFTER : BEFORE)[operation]) problems.push(`${told}, yet read as ${seen}`)
  const last = await held(world, schema, id)
  if (new Set(last).size > 1) problems.push(`nodes end with ${last.join()}`)
  const nodes = named.map(({ audience }) => audiences.indexOf(audience) + 1).join(', ')
  const after = seen === AFTER[operation] ? 'written' : 'as before'
  lines.push(`| ${era} | ${operation} | ${name} | ${told} | ${nodes || '-'} | ${after} |`)
  return problems.map((problem) => `${era} ${operation}, ${name}: ${problem}`)
}

function vaultErrorOf(error: unknown): VaultError {
  if (isVaultError(error)) return error
  throw error
}
