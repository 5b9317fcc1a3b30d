/** What the environment may say. */
import { describe, expect, it } from 'vitest'
import { isLoopback, readConfig } from '../server/config.ts'

describe('readConfig', () => {
  it('listens on this machine alone, on the default port, where nothing is set', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4173,
      isPortChosen: false,
      clusterFile: undefined,
      skyflowFile: undefined,
      cors: 'open',
      allowFullAuthority: false,
    })
  })

  it('takes empty variables for unset ones', () => {
    expect(
      readConfig({ PORT: '', HOST: '', VALETKEY_SECRETVAULT: '', VALETKEY_SKYFLOW: '' }),
    ).toEqual(readConfig({}))
  })

  it.each(['x', '-1', '65536', '80.5', '1e3', ' '])('refuses PORT %j with the mend', (PORT) => {
    expect(() => readConfig({ PORT })).toThrow(/PORT is no port number.*0 to 65535/)
  })

  it('refuses CORS modes it does not know, with the mend', () => {
    expect(readConfig({ VALETKEY_DEMO_CORS: 'vendor' }).cors).toBe('vendor')
    expect(() => readConfig({ VALETKEY_DEMO_CORS: 'closed' })).toThrow(/open or vendor/)
  })

  it('finds a cluster file from where the command was typed', () => {
    const { clusterFile } = readConfig({
      VALETKEY_SECRETVAULT: 'config.test.ts',
      INIT_CWD: import.meta.dirname,
    })
    expect(clusterFile).toBe(import.meta.filename)
  })
})

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('knows %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.example', '127.0.0.1.example'])(
    'does not take %s for this machine',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})
