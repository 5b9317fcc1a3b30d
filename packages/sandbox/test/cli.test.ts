import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../src/index.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

interface Run {
  child: ChildProcess
  out: () => string
  err: () => string
  exitCode: Promise<number | null>
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const exitCode = once(child, 'close').then(([code]) => code as number | null)
  return { child, out: () => out, err: () => err, exitCode }
}

async function firstOutput({ child, out }: Run): Promise<string> {
  if (out() === '') await once(child.stdout!, 'data')
  return out()
}

describe('the sandbox command', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line of JSON when all listen, then stops cleanly on %s',
    async (signal) => {
      const command = run('--json', '--cors', 'https://a.example,http://localhost:5173')
      const { secretvault, skyflow, waltid, nexusrundb } = JSON.parse(await firstOutput(command))
      expect(secretvault).toEqual({
        secretKey: expect.stringMatching(/^[0-9a-f]{64}$/),
        orgDid: expect.stringMatching(/^did:nil:testnet:nillion1[a-z0-9]{38}$/),
        builderDid: expect.stringMatching(/^did:key:zQ3sh/),
        nodes: Array.from({ length: 3 }, () => ({
          didKey: expect.stringMatching(/^did:key:zQ3sh/),
          url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
          did: expect.stringMatching(/^did:nil:testnet:nillion1/),
          publicKey: expect.stringMatching(/^0[23][0-9a-f]{64}$/),
        })),
      })
      expect(skyflow).toEqual({
        vaultUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        vaultUrlTls: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
        caFile: expect.stringMatching(/\.pem$/),
        vaultId: expect.any(String),
        table: 'patients',
        accountId: expect.any(String),
        credentials: expect.objectContaining({ keyAlgorithm: 'KEY_ALG_RSA_2048' }),
        contextCredentials: expect.objectContaining({ keyAlgorithm: 'KEY_ALG_RSA_2048' }),
        apiKey: expect.objectContaining({
          apiKey: expect.stringMatching(/^sky-\w{5}-[0-9a-f]{32}$/),
        }),
        apiKeyCredentials: expect.objectContaining({ keyAlgorithm: 'KEY_ALG_RSA_2048' }),
        sts: expect.objectContaining({ tokenUrl: `${skyflow.vaultUrl}/v1/auth/sts/token` }),
        connectionPath: '/v1/gateway/outboundRoutes',
        roleId: expect.any(String),
        maskedRoleId: expect.any(String),
        insertRoleId: expect.any(String),
        ownerRoleId: expect.any(String),
      })
      expect(waltid).toEqual({
        orgBaseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        organization: 'acme',
        adminToken: expect.stringMatching(/^eyJ/),
        login: { email: expect.any(String), password: expect.any(String) },
        roleId: 'browser',
        wallet: 'acme.tenant1.wallet',
        trustRegistry: 'acme.tenant1.trust',
      })
      expect(nexusrundb).toEqual({
        baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/databases\/emulated$/),
        databaseId: 'emulated',
        accessKey: expect.stringMatching(/^app-/),
        accessSecret: expect.any(String),
        masterKey: expect.stringMatching(/^master-/),
        masterSecret: expect.any(String),
        readerKey: expect.stringMatching(/^reader-/),
        readerSecret: expect.any(String),
        bucket: 'notes',
        publicBucket: 'notices',
      })
      expect(existsSync(skyflow.caFile)).toBe(true)
      for (const { url } of secretvault.nodes)
        expect((await fetch(`${url}/health`)).status).toBe(200)

      command.child.kill(signal)
      expect(await command.exitCode).toBe(0)
      expect(command.out().trimEnd().split('\n')).toHaveLength(1)
      expect(command.err()).toBe('')
      expect(existsSync(skyflow.caFile)).toBe(false)
    },
  )

  it('shows people addresses, not the secret key', async () => {
    const command = run()
    const text = await firstOutput(command)
    expect(text).toContain('for tests only')
    expect(text.match(/http:\/\/127\.0\.0\.1:\d+/g)).toHaveLength(6)
    expect(text).toMatch(/https:\/\/127\.0\.0\.1:\d+ /)
    expect(text).not.toContain('PRIVATE KEY')
    expect(text).not.toMatch(/\b[0-9a-f]{64}\b/)
    command.child.kill('SIGTERM')
    expect(await command.exitCode).toBe(0)
  })

  it('names a taken port and what to do, with exit code 1', async () => {
    const sandbox = await startSandbox({ nodes: 1 })
    onTestFinished(() => sandbox.close())
    const port = new URL(sandbox.secretvault.nodes[0]!.url).port
    const command = run('--json', '--port-base', port)
    expect(await command.exitCode).toBe(1)
    expect(command.err()).toBe(
      `Cannot listen on 127.0.0.1 port ${port}: it is in use. Stop what listens there, or choose another port.\n`,
    )
    expect(command.out()).toBe('')
  })

  it.each([
    [['--port-base', 'x'], '--port-base is "x": give a whole number'],
    [['--port-base', '65535'], 'portBase is 65535'],
    [['--cors', 'https://a.example/path'], '--cors holds "https://a.example/path"'],
    [['--bearer-lifetime', '0'], '--bearer-lifetime is "0": give whole seconds'],
    [['--seed-version', '0.6'], '--seed-version is "0.6": give 0.4 or 0.5'],
    [['--data', CLI], 'is no data file of the sandbox'],
    [['--nope'], "Unknown option '--nope'"],
    [['--host', '192.0.2.1'], 'this machine has no such address'],
  ])('refuses %j with exit code 1 and a reason', async (args, reason) => {
    const command = run(...args)
    expect(await command.exitCode).toBe(1)
    expect(command.err()).toContain(reason)
    expect(command.err()).not.toContain('    at ')
  })

  it('explains itself', async () => {
    const command = run('--help')
    expect(await command.exitCode).toBe(0)
    expect(command.out()).toContain('--port-base N')
  })
})
