import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MinterNotice } from '@valetkey/broker'
import {
  createCredential,
  credentialVersionOf,
  parseConfigJson,
  readConfigFile,
} from '@valetkey/broker/credential'
import { describe, expect, it, onTestFinished } from 'vitest'
import { until } from './harness.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'credential-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** A credential in a file: its text, which must not be `broken`. */
function fileCredential(file: string) {
  const credential = createCredential({
    label: 'the test credential',
    file,
    watchIntervalMs: 20,
    read() {
      const text = readConfigFile(file)
      if ('fault' in text) throw new Error(`the file ${text.fault}`)
      if (text.value.startsWith('broken')) throw new Error('it is broken')
      return { text: text.value }
    },
    identityOf: ({ text }) => text,
  })
  const notices: MinterNotice[] = []
  const watch = (): void => {
    const stop = credential.watch((notice) => notices.push(notice))
    onTestFinished(stop)
  }
  return { credential, notices, watch }
}

describe('a credential', () => {
  it('is read at once, and has a version that says nothing of it', () => {
    const file = join(folder(), 'key')
    writeFileSync(file, 'canary')
    const { credential } = fileCredential(file)
    expect(credential.current()).toEqual({ text: 'canary' })
    expect(credential.credentialVersion()).toBe(credentialVersionOf('canary'))
    expect(credential.credentialVersion()).toMatch(/^[A-Za-z0-9+/]{22}$/)
    expect(credential.credentialVersion()).not.toContain('canary')
    expect(credentialVersionOf('other')).not.toBe(credentialVersionOf('canary'))
  })

  it('is replaced by reload, which keeps the old one if the new one is broken', async () => {
    const file = join(folder(), 'key')
    writeFileSync(file, 'one')
    const { credential, notices, watch } = fileCredential(file)
    const version = credential.credentialVersion()
    writeFileSync(file, 'broken')
    await expect(credential.reload()).rejects.toThrow('it is broken')
    expect([credential.current().text, credential.credentialVersion()]).toEqual(['one', version])
    writeFileSync(file, 'two')
    await credential.reload()
    expect(credential.current().text).toBe('two')
    expect(credential.credentialVersion()).not.toBe(version)
    watch()
    await credential.reload()
    expect(notices).toEqual([])
  })

  it('changed between its reading and the start is in use from the start', () => {
    const file = join(folder(), 'key')
    writeFileSync(file, 'one')
    const { credential, notices, watch } = fileCredential(file)
    writeFileSync(file, 'two')
    watch()
    expect(credential.current().text).toBe('two')
    expect(notices).toMatchObject([{ kind: 'reloaded' }])
  })

  it('written over while it was read is read again', () => {
    const file = join(folder(), 'key')
    writeFileSync(file, 'one')
    const credential = createCredential({
      label: 'the test credential',
      file,
      read() {
        const text = readConfigFile(file)
        writeFileSync(file, 'two')
        return 'value' in text ? text.value : ''
      },
      identityOf: (text) => text,
    })
    expect(credential.current()).toBe('one')
    onTestFinished(credential.watch(() => {}))
    expect(credential.current()).toBe('two')
  })

  it.each<[string, (file: string, text: string) => void]>([
    ['written over', (file, text) => writeFileSync(file, text)],
    [
      'replaced by another file',
      (file, text) => {
        writeFileSync(`${file}.new`, text)
        renameSync(`${file}.new`, file)
      },
    ],
    [
      'a link that is turned to another folder, as Kubernetes does',
      (file, text) => {
        const target = `${file}.${crypto.randomUUID()}`
        writeFileSync(target, text)
        symlinkSync(target, `${file}.link`)
        renameSync(`${file}.link`, file)
      },
    ],
  ])('is replaced when its file is %s', async (_, write) => {
    const file = join(folder(), 'key')
    write(file, 'one')
    const { credential, notices, watch } = fileCredential(file)
    watch()
    write(file, 'two, which is longer')
    await until(() => notices.length > 0)
    expect(credential.current().text).toBe('two, which is longer')
    expect(notices).toEqual([
      { kind: 'reloaded', detail: 'the test credential changed, and is in use' },
    ])
  })

  it('is kept while its file is broken or gone, with a warning, and replaced once that is mended', async () => {
    const file = join(folder(), 'key')
    writeFileSync(file, 'one')
    const { credential, notices, watch } = fileCredential(file)
    watch()
    writeFileSync(file, 'broken beyond use')
    await until(() => notices.length === 1)
    rmSync(file)
    await until(() => notices.length === 2)
    expect(credential.current().text).toBe('one')
    expect(notices).toMatchObject([
      { kind: 'reload-failed', detail: expect.stringContaining('it is broken') },
      { kind: 'reload-failed', detail: expect.stringContaining('ENOENT') },
    ])
    writeFileSync(file, 'three')
    await until(() => notices.length === 3)
    expect(credential.current().text).toBe('three')
  })

  it('tells all who watch, and is left alone when none does', async () => {
    const file = join(folder(), 'key')
    writeFileSync(file, 'one')
    const { credential } = fileCredential(file)
    const told: string[] = []
    const stops = ['a', 'b'].map((name) => credential.watch(({ kind }) => told.push(name + kind)))
    stops[0]?.()
    writeFileSync(file, 'two, longer')
    await until(() => told.length > 0)
    expect(told).toEqual(['breloaded'])
    stops[1]?.()
    writeFileSync(file, 'three, longer still')
    // Long enough for five looks, were anybody looking.
    const { watch, notices } = fileCredential(file)
    watch()
    writeFileSync(file, 'four')
    await until(() => notices.length > 0)
    expect(told).toHaveLength(1)
    expect(credential.current().text).toBe('two, longer')
  })
})

describe('readConfigFile', () => {
  it('takes a byte order mark off', () => {
    const file = join(folder(), 'bom.json')
    writeFileSync(file, '\uFEFF{}')
    expect(readConfigFile(file)).toEqual({ value: '{}' })
  })

  it('says why a file cannot be read', () => {
    const nowhere = readConfigFile(join(folder(), 'nowhere'))
    expect(nowhere).toEqual({ fault: 'cannot be read (ENOENT); check its path and permissions' })
  })
})

describe('parseConfigJson', () => {
  it.each([
    '{}',
    '[{"a":1},{"a":1}]',
    '{"a":{"a":{"a":[]}},"b":["a","a",{"a":"b"}]}',
    '{"a":"{\\"a\\":1,\\"a\\":2}","b":"\\\\","c":": , }"}',
  ])('reads %s', (text) => {
    expect(parseConfigJson(text)).toEqual({ value: JSON.parse(text) })
  })

  it.each([
    ['{"audiences":{"cards":1,"cards":2}}', 'audiences.cards'],
    ['{"a":1,"b":[],"a":2}', 'a'],
    [String.raw`{"a":1,"\u0061":2}`, 'a'],
    ['{"nodes":[{"url":1},{"url":2,"did":{},"url":3}]}', 'nodes[1].url'],
    ['{"a":[1,{"b":1}],"c":{"d":1},"c":2}', 'c'],
  ])('refuses %s, of which a reader would take one', (text, path) => {
    const fault = `names ${path} twice; only one of the two would count, remove the other`
    expect(parseConfigJson(text)).toEqual({ fault })
  })

  it('names the place of a fault and quotes nothing', () => {
    const text = '{\n  "key": "canary-of-the-key" "x"\n}'
    const { fault } = parseConfigJson(text) as { fault: string }
    expect(fault).toContain('line 2 column')
    expect(fault).not.toContain('canary')
  })
})
