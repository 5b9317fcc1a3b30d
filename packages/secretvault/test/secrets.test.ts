/** Secrets that are declared, summed up, searched for; records that an app's own schema checks. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Collection, SecretModes } from '../src/index.ts'
import { createWorld, rejectionOf, type World, type WorldOptions } from './setup.ts'

const SHARE = { type: 'object', properties: { '%share': {} }, required: ['%share'] }
const ACCOUNT_SCHEMA = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      _id: { type: 'string', format: 'uuid', coerce: true },
      branch: { type: 'string' },
      opened: { type: 'string' },
      balance: SHARE,
      email: SHARE,
      notes: { type: 'array', items: { type: 'object', properties: { text: SHARE } } },
    },
    required: ['_id', 'branch'],
    additionalProperties: false,
  },
}

const secrets: SecretModes = { balance: 'sum', email: 'match', 'notes.text': 'store' }

const Account = v.object({
  _id: v.optional(v.string()),
  branch: v.pipe(v.string(), v.minLength(2)),
  opened: v.optional(v.pipe(v.string(), v.isoDate())),
  balance: v.optional(v.pipe(v.number(), v.integer())),
  email: v.optional(v.string()),
  notes: v.optional(v.array(v.object({ text: v.string() }))),
})
type AccountType = v.InferOutput<typeof Account>

interface Bank extends World {
  schema: string
  accounts: Collection<AccountType>
}

async function createBank(options: WorldOptions = {}): Promise<Bank> {
  const world = await createWorld({
    ...options,
    vault: { matchSeed: () => 'the seed of the tests', deadlineMs: 5_000, ...options.vault },
  })
  const { id: schema } = await world.vault.createSchema({ name: 'bank', schema: ACCOUNT_SCHEMA })
  return { ...world, schema, accounts: world.vault.collection<AccountType>(schema, { secrets }) }
}

const people: AccountType[] = [
  {
    branch: 'north',
    balance: 100,
    email: 'ada@example.org',
    notes: [{ text: 'a' }, { text: 'b' }],
  },
  { branch: 'north', balance: -30, email: 'bob@example.org' },
  { branch: 'south', balance: 2_000_000_000, email: 'ada@example.org' },
]

describe.each(['seed', 'today'] as const)('declared secrets, era %s', (era) => {
  it('are shared without marks, and none of them stands on a node', async () => {
    const bank = await createBank({ era })
    await bank.accounts.create(people)
    const held = await bank.stored(bank.schema)
    expect(JSON.stringify(held)).not.toMatch(/example\.org|"text":"[ab]"|2000000000/)
    const { records } = await bank.accounts.find({ branch: 'north', balance: { $exists: true } })
    expect(new Set(records.map(({ balance }) => balance))).toEqual(new Set([-30, 100]))
    expect(records.find(({ balance }) => balance === 100)?.notes).toEqual([
      { text: 'a' },
      { text: 'b' },
    ])
  })

  it('shared as match are found by what they hide, and never read', async () => {
    const bank = await createBank({ era })
    await bank.accounts.create(people)
    const { records } = await bank.accounts.find({ email: 'ada@example.org' })
    expect(records.map(({ branch }) => branch).toSorted()).toEqual(['north', 'south'])
    expect(records[0]).not.toHaveProperty('email')
    const others = await bank.accounts.find({ email: { $nin: ['ada@example.org'] } })
    expect(others.records).toMatchObject([{ balance: -30 }])
    const either = await bank.accounts.find({
      $or: [{ email: { '%allot': 'bob@example.org' } }, { branch: 'south' }],
    })
    expect(either.records).toHaveLength(2)
  })

  it('shared as sum are added up by the nodes', async () => {
    const bank = await createBank({ era })
    await bank.accounts.create(people)
    const total = { $sum: '$balance.%share' }
    const pipeline = [
      { $match: { branch: '##branch' } },
      { $group: { _id: '$branch', total, people: { $sum: 1 } } },
    ]
    const variables = { branch: { type: 'string' } }
    const query = { name: 'total', schema: bank.schema, variables, pipeline }
    const { id } = await bank.vault.createQuery(query)
    const run = await bank.vault.runQuery(id, { branch: 'north' }, { sums: ['total'] })
    expect(run.rows).toEqual([{ _id: 'north', total: 70, people: 2 }])
  })

  it('can be changed, each in its own way', async () => {
    const bank = await createBank({ era })
    await bank.accounts.create(people.slice(0, 1))
    const update = { $set: { balance: 5, email: 'eve@example.org', 'notes.0.text': 'c' } }
    await bank.accounts.update({ filter: { email: 'ada@example.org' }, update })
    const { records } = await bank.accounts.find({ email: 'eve@example.org' })
    expect(records).toMatchObject([{ balance: 5, notes: [{ text: 'c' }, { text: 'b' }] }])
  })
})

describe('what is declared secret', () => {
  it.each([
    ['a boolean', true],
    ['an object', { deep: 'canary' }],
    ['a boolean in a list', [false]],
  ])('never goes out in the clear, be it %s', async (_, balance) => {
    const { accounts, sandbox } = await createBank()
    for (const node of sandbox.nodes) node.clearRequests()
    const error = await rejectionOf(accounts.create([{ branch: 'x', balance: balance as never }]))
    expect(error).toMatchObject({ code: 'invalid_argument', message: /balance/ })
    expect(String(error)).not.toContain('canary')
    expect(sandbox.nodes.map((node) => node.requests().total)).toEqual([0, 0, 0])
  })
})

describe('a list of secrets', () => {
  it('shared as match is left out whole, as one of them would be', async () => {
    const { vault } = await createBank()
    const { id } = await vault.createSchema({ name: 'lists', schema: { type: 'array' } })
    const lists = vault.collection(id, { secrets: { emails: 'match', pins: 'store' } })
    await lists.create([{ emails: ['a', 'b'], pins: [1, 2] }])
    const [record] = (await lists.find({ emails: 'b' })).records
    expect(record).toMatchObject({ pins: [1, 2] })
    expect(record).not.toHaveProperty('emails')
  })
})

describe('secrets', () => {
  it('that are not shared as match cannot be searched', async () => {
    const { accounts } = await createBank()
    for (const filter of [{ balance: 5 }, { 'email.%share': 'x' }, { email: { $gt: 'a' } }])
      expect(await rejectionOf(accounts.find(filter))).toMatchObject({ code: 'invalid_argument' })
  })

  it('shared as match need a seed, and the same one finds them', async () => {
    const bank = await createBank({ vault: { matchSeed: '' } })
    const error = await rejectionOf(bank.accounts.create(people))
    expect(error).toMatchObject({ code: 'config', message: expect.stringContaining('matchSeed') })
  })

  it('shared as sum or store stay closed with a node missing, those shared as match do not', async () => {
    const bank = await createBank()
    await bank.accounts.create([{ branch: 'east', email: 'ada@example.org' }, people[1]!])
    bank.sandbox.nodes[2]?.fault({ down: true })
    const { records, incomplete } = await bank.accounts.find({})
    expect(records).toMatchObject([{ branch: 'east' }])
    expect(incomplete).toMatchObject([{ reason: 'unreachable', plaintext: { branch: 'north' } }])
  })

  it('take a bigint that fits, and refuse to sum up text', async () => {
    const { accounts } = await createBank()
    await accounts.create([{ branch: 'west', balance: 7n as unknown as number }])
    expect((await accounts.find({})).records).toMatchObject([{ balance: 7 }])
    const error = await rejectionOf(accounts.create([{ branch: 'x', balance: 'y' as never }]))
    expect(error).toMatchObject({ code: 'invalid_argument' })
  })
})

describe('a schema of the app', () => {
  it('gives the types, checks what goes in, keeps marks', async () => {
    const bank = await createBank()
    const checked = bank.vault.collection(bank.schema, { schema: Account, secrets })
    await checked.create([{ branch: 'north', balance: { '%allot': 4 } }])
    const [record] = (await checked.find()).records
    const balance: number | undefined = record?.balance
    expect(balance).toBe(4)
    for (const node of bank.sandbox.nodes) node.clearRequests()
    const error = await rejectionOf(checked.create([{ branch: 'n', email: 'canary@example.org' }]))
    expect(error).toMatchObject({ code: 'invalid_record', reasons: ['branch'] })
    expect(String(error)).not.toContain('canary')
    expect(bank.sandbox.nodes.map((node) => node.requests().total)).toEqual([0, 0, 0])
    // @ts-expect-error a branch is a text
    await rejectionOf(checked.create([{ branch: 1 }]))
  })

  it('sets records aside that do not fit on their way out', async () => {
    const bank = await createBank()
    await bank.accounts.create([{ branch: 'north', opened: 'long ago' }, { branch: 'south' }])
    const checked = bank.vault.collection(bank.schema, { schema: Account, secrets })
    const { records, incomplete } = await checked.find()
    expect(records).toMatchObject([{ branch: 'south' }])
    expect(incomplete).toMatchObject([{ reason: 'invalid', differing: ['opened'] }])
  })

  it('may be strict and know of no _id', async () => {
    const bank = await createBank()
    const schema = v.strictObject({ branch: v.string() })
    const checked = bank.vault.collection(bank.schema, { schema })
    await checked.create([{ branch: 'north' }])
    expect((await checked.find()).records).toMatchObject([{ _id: expect.any(String) }])
    const _id = '33333333-3333-4333-8333-333333333333'
    await checked.create([{ branch: 'south', _id }])
    expect((await checked.find({ _id })).records).toMatchObject([{ _id, branch: 'south' }])
  })

  it('may turn texts into dates and back', async () => {
    const bank = await createBank()
    const schema = z.object({ branch: z.string(), opened: z.coerce.date<Date | string>() })
    const checked = bank.vault.collection(bank.schema, { schema })
    await checked.create([{ branch: 'north', opened: new Date(0) }])
    const [record] = (await checked.find()).records
    expect(record?.opened).toEqual(new Date(0))
  })
})
