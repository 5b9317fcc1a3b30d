/** The file that names a Skyflow vault of one's own, and what is said where it is wrong. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@valetkey/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patientsOfFile } from '../server/patients.ts'
import { StartError } from '../server/start-error.ts'
import { openBrowser, startBareDemo } from './demo-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'valetkey-demo-'))
let sandbox: Sandbox
let fields: Readonly<Record<string, unknown>>

beforeAll(async () => {
  sandbox = await startSandbox()
  const { credentials, vaultUrl, vaultId, table, roleId, maskedRoleId } = sandbox.skyflow
  fields = { credentials, vaultUrl, vaultId, table, plainRole: roleId, maskedRole: maskedRoleId }
})
afterAll(() => sandbox.close())

function file(content: unknown): string {
  const path = join(folder, 'skyflow.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function failureOf(content: unknown): StartError {
  try {
    patientsOfFile(file(content))
  } catch (error) {
    if (error instanceof StartError) return error
    throw error
  }
  throw new Error('The file was taken.')
}

describe('a Skyflow file', () => {
  it('is served like the sandbox’s vault', async () => {
    const demo = await startBareDemo({ skyflowFile: file(fields) })
    const browser = openBrowser(demo)
    const { patients } = await browser.signIn('ada')
    expect(patients).toMatchObject({ isEmulated: false, access: 'plain', vaultId: fields.vaultId })
    expect((await browser.tokens('patients')).status).toBe(200)
    await demo.close()
  })

  it('may name credentials.json by a path that is meant from where the file is', () => {
    writeFileSync(join(folder, 'credentials.json'), JSON.stringify(fields.credentials))
    const { vaultId } = patientsOfFile(file({ ...fields, credentials: 'credentials.json' }))
    expect(vaultId).toBe(fields.vaultId)
  })

  it('without a role for masked values gives the auditor nothing, in place of everything', async () => {
    const { maskedRole: _, ...others } = fields
    const demo = await startBareDemo({ skyflowFile: file(others) })
    const browser = openBrowser(demo)
    expect((await browser.signIn('ben')).patients.access).toBeNull()
    expect((await browser.tokens('patients')).status).toBe(403)
    await demo.close()
  })

  it.each(['credentials', 'vaultUrl', 'vaultId', 'table'])(
    'lacks %s: named with the file',
    (name) => {
      const { message } = failureOf({ ...fields, [name]: undefined })
      expect(message).toContain(join(folder, 'skyflow.json'))
      expect(message).toMatch(new RegExp(`\\n {2}${name} `))
    },
  )

  it.each([
    ['vaultUrl', 'https://vault.example'],
    ['vaultUrl', 'http://vault.example'],
    ['vaultId', 'a/b'],
    ['table', '../patients'],
    ['plainRole', 'role:p123'],
    ['maskedRole', 7],
    ['credentials', 'nowhere.json'],
    ['credentials', []],
  ])('with %s %j is refused, naming file and field', (name, value) => {
    const { message } = failureOf({ ...fields, [name]: value })
    expect(message).toContain(join(folder, 'skyflow.json'))
    expect(message).toContain(name)
  })

  it('tells every fault at once', () => {
    const { message } = failureOf({ credentials: fields.credentials })
    for (const name of ['vaultUrl', 'vaultId', 'table']) expect(message).toContain(name)
  })

  it('never has its key quoted', () => {
    const privateKey = `-----BEGIN PRIVATE KEY-----\n${'S3CR3T'.repeat(20)}\n-----END PRIVATE KEY-----`
    const wrong = { ...(fields.credentials as object), privateKey }
    const faulty = [
      { ...fields, credentials: wrong },
      `{ "credentials": ${JSON.stringify(wrong)}, `,
      { ...fields, vaultId: privateKey },
    ]
    for (const content of faulty) {
      const { message, cause } = failureOf(content)
      expect(message).not.toContain('S3CR3T')
      expect(cause).toBeUndefined()
    }
  })

  it.each(['', '[]', 'null', '{'])('that is %j is no JSON object', (content) => {
    expect(failureOf(content).message).toContain('not a JSON object')
  })

  it('that is not there is said to be unreadable', () => {
    expect(() => patientsOfFile(join(folder, 'none.json'))).toThrow(
      /none\.json.*\n.*cannot be read/,
    )
  })
})
