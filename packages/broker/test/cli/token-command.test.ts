import { describe, expect, it } from 'vitest'
import { folderWith, run } from './terminal.ts'

const claims = { sub: 'terminal', exp: Math.floor(Date.now() / 1000) + 55 }
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const TOKEN = `${part({ alg: 'HS256' })}.${part(claims)}.c2lnbmF0dXJl`

/** A minter in a file, that gives the token of the environment, or throws it. */
const MINTER = `export default ({ token, members, fails }) => ({
  name: 'own',
  shareable: false,
  limits: { defaultLifetimeMs: 300000, maxLifetimeMs: 3600000 },
  ...(members && { members: () => members.map((name) => ({ name, resource: 'https://' + name + '.test/' })) }),
  async mint({ lifetimeMs, scope, subject }) {
    if (fails) throw Object.assign(new Error('the vendor said no'), { code: 'upstream_auth' })
    return { value: token, expiresAt: Date.now() + lifetimeMs, ...(scope && { scope }) }
  },
})`

function folder(): string {
  const options = { token: '${TOKEN}' }
  return folderWith({
    'own.mjs': MINTER,
    'broker.json': {
      audiences: {
        cards: { use: './own.mjs', options, scopes: ['read', 'write'] },
        records: { use: './own.mjs', options: { ...options, members: ['a', 'b'] } },
        kept: {
          use: './own.mjs',
          options,
          delivery: 'proxy',
          resource: 'https://v.test/',
          allow: ['GET /x'],
        },
        broken: { use: './own.mjs', options: { fails: true } },
      },
      // Not needed here, and not reached.
      redis: { url: 'redis://127.0.0.1:1', keys: ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='] },
    },
  })
}

const mint = (args: readonly string[]) =>
  run(['token', ...args, '--config', `${folder()}/broker.json`], { TOKEN })

describe('token', () => {
  it('prints the token and nothing else, without a login, grants or Redis', async () => {
    expect(await mint(['cards'])).toEqual({ code: 0, out: TOKEN, errors: '' })
  })

  it('mints for a proxied audience too: who has the configuration may have its tokens', async () => {
    expect(await mint(['kept'])).toMatchObject({ code: 0, out: TOKEN })
  })

  it('prints a line per member of a group', async () => {
    expect(await mint(['records'])).toMatchObject({
      code: 0,
      out: `records/a\t${TOKEN}\nrecords/b\t${TOKEN}`,
    })
    expect(await mint(['records/b'])).toMatchObject({ code: 0, out: TOKEN })
  })

  it('says as JSON what it is for and how long it lives', async () => {
    const { out } = await mint(['cards', '--json', '--scope', 'read', '--ttl', '60'])
    const token = JSON.parse(out)
    expect(token).toMatchObject({
      audience: 'cards',
      access_token: TOKEN,
      token_type: 'Bearer',
      scope: 'read',
    })
    expect(token.expires_in).toBeGreaterThan(50)
    expect(token.expires_in).toBeLessThanOrEqual(60)
    const group = JSON.parse((await mint(['records', '--json'])).out)
    expect(group).toMatchObject([{ resource: 'https://a.test/' }, { resource: 'https://b.test/' }])
  })

  it('shows what a JWT says, without what would make it one', async () => {
    const { out } = await mint(['cards', '--decode'])
    expect(JSON.parse(out)).toEqual({ header: { alg: 'HS256' }, claims })
    const both = await mint(['cards', '--decode', '--json'])
    expect(JSON.parse(both.out)).toMatchObject({ audience: 'cards', decoded: { claims } })
    expect(out + both.out).not.toContain('c2lnbmF0dXJl')
  })

  it('says on the standard error why there is none, with exit code 1', async () => {
    expect(await mint(['card'])).toMatchObject({
      code: 1,
      out: '',
      errors: expect.stringContaining('did you mean cards?'),
    })
    const { code, out, errors } = await mint(['broken'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errors).toContain('upstream_auth')
    expect(errors).toContain('the vendor said no')
  })
})

describe('arguments', () => {
  it.each([
    [['token'], 'name an audience'],
    [['token', 'a', 'b'], 'more words'],
    [['token', 'cards', '--ttl', '-1'], 'an option lacks its value'],
    [['token', 'cards', '--ttl', 'x'], '--ttl takes seconds'],
    [['token', 'cards', '--conifg', 'x'], 'did you mean config?'],
    [['token', 'cards', '--secret=canary-of-the-shell'], 'none of'],
    [['serv'], 'did you mean serve?'],
  ])('%j are refused with exit code 2', async (args, words) => {
    const { code, out, errors } = await run(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errors).toContain(words)
    expect(errors).not.toContain('canary')
  })

  it.each([
    [[], 'serve the broker that a file describes'],
    [['--help'], 'Exit codes'],
    [['help', 'token'], '--decode'],
    [['serve', '--help'], 'SIGTERM'],
    [['conformance', '-h'], '--base-url'],
  ])('%j print help', async (args, words) => {
    const { code, out } = await run(args)
    expect(code).toBe(0)
    expect(out).toContain(words)
  })
})
