/** The code shown beside each action. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { curlOf } from '../src/code/curl.ts'
import { blocksOf } from '../src/code/source-blocks.ts'

const source = readFileSync(new URL('../src/patients/patient-vault.ts', import.meta.url), 'utf8')

describe('blocksOf', () => {
  it('gives whole declarations with their comments, in the order of the source', () => {
    const text = blocksOf(source, ['insertPatient', 'openVault'])
    expect(text).toMatch(/^function openVault\(/)
    expect(text).toContain('/** Stores a patient;')
    expect(text).toMatch(/\.insert\(place\.table, patient\)\n\}$/)
    expect(text).not.toContain('readPatients')
  })

  it('gives of constants those alone that the rest uses', () => {
    const lines = [
      'const FAST_MS = 1',
      'const SLOW_MS = 2',
      '',
      'function wait() {',
      '  return SLOW_MS',
      '}',
    ]
    const text = blocksOf(lines.join('\n'), ['FAST_MS', 'SLOW_MS', 'wait'])
    expect(text).toBe('const SLOW_MS = 2\n\nfunction wait() {\n  return SLOW_MS\n}')
  })

  it('gives nothing for a name that is not there', () => {
    expect(blocksOf(source, ['insert'])).toBe('')
  })
})

describe('curlOf', () => {
  const call = {
    url: 'https://vault.example',
    method: 'POST',
    path: 'v1/vaults/v1/patients',
    body: { name: "O'Neil" },
  } as const

  it('gets a token where the page would hold one', () => {
    const text = curlOf({ ...call, audience: 'patients' }, 'http://localhost:4173', 'ada')
    expect(text).toContain('$DEMO/api/broker/tokens')
    expect(text).toContain("'https://vault.example/v1/vaults/v1/patients'")
    expect(text).toContain(String.raw`{"name":"O'\''Neil"}`)
  })

  it('has no token where the broker keeps it, and no address of the vault', () => {
    const audience = 'records-proxied/did:nil:a'
    const text = curlOf({ ...call, audience }, 'http://localhost:4173', 'ada')
    expect(text).toContain('/api/broker/proxy/records-proxied%2Fdid%3Anil%3Aa/v1/vaults')
    expect(text).not.toContain('TOKEN')
    expect(text).not.toContain('vault.example')
  })
})
