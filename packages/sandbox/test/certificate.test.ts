import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { dirname } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServerCertificate } from '../src/certificate.ts'
import { startSandbox } from '../src/index.ts'

/** The status of a GET, or the code of the error, for a client that trusts `ca`. */
function statusOver(url: string, ca?: string): Promise<number | string> {
  return new Promise((resolve) => {
    const agent = new Agent({ ...(ca !== undefined && { ca }) })
    get(url, { agent }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    }).once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'error'))
  })
}

describe('a server certificate', () => {
  it('is good for every name and address it was made for', async () => {
    const hosts = ['localhost', '127.0.0.1', '::1', 'fe80::a:1', '2001:db8:1:2:3:4:5:6']
    const made = await createServerCertificate(hosts)
    const certificate = new X509Certificate(made.certificate)
    expect(certificate.checkHost('localhost')).toBe('localhost')
    for (const address of hosts.slice(1))
      expect([address, certificate.checkIP(address)]).toEqual([address, address])
    expect(certificate.checkHost('other.example')).toBeUndefined()
    expect(certificate.checkIP('127.0.0.2')).toBeUndefined()
  })

  it('is signed by its authority, which is one, and is none itself', async () => {
    const [made, other] = [
      await createServerCertificate(['localhost']),
      await createServerCertificate(['localhost']),
    ]
    const authority = new X509Certificate(made.authority)
    const certificate = new X509Certificate(made.certificate)
    expect([authority.ca, certificate.ca]).toEqual([true, false])
    expect(certificate.checkIssued(authority)).toBe(true)
    expect(certificate.verify(authority.publicKey)).toBe(true)
    expect(certificate.verify(new X509Certificate(other.authority).publicKey)).toBe(false)
  })

  it('lets a client in who trusts the authority, and nobody else', async () => {
    const sandbox = await startSandbox({ nodes: 1 })
    onTestFinished(() => sandbox.close())
    const { skyflow } = sandbox
    const ca = readFileSync(skyflow.caFile, 'utf8')
    const url = `${skyflow.vaultUrlTls}/v1/vaults/${skyflow.vaultId}/patients`
    expect(await statusOver(url, ca)).toBe(401)
    expect(await statusOver(url.replace('127.0.0.1', 'localhost'), ca)).toBe(401)
    expect(await statusOver(url)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    const { authority } = await createServerCertificate(['localhost'])
    expect(await statusOver(url, authority)).toMatch(/^(UNABLE|CERT|ERR)_/)
  })

  it('leaves behind a file that only this user reaches, and that is gone after the close', async () => {
    const sandbox = await startSandbox({ nodes: 1 })
    const { skyflow } = sandbox
    expect(readFileSync(skyflow.caFile, 'utf8')).not.toContain('PRIVATE KEY')
    expect(statSync(dirname(skyflow.caFile)).mode & 0o077).toBe(0)
    await sandbox.close()
    expect(existsSync(dirname(skyflow.caFile))).toBe(false)
  })
})
