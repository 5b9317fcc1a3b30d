/** Finds the minter that a configuration names, and loads it only then. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { ConfigFault } from '../config-error.ts'
import { suggestion } from '../did-you-mean.ts'
import type { Minter } from '../minter.ts'
import { describeError } from '../redact.ts'

/** Makes a minter of its options. */
export type MinterFactory = (options: unknown) => Minter

const VENDORS = ['secretvault', 'skyflow', 'nexusrundb', 'waltid']
const OWN = ['static', 'oauth2']
const KNOWN = [...OWN, ...VENDORS]

/** True where the minter itself reads `{ "file": … }` in its options, again whenever the file changes. */
export function readsFiles(use: unknown): boolean {
  return typeof use === 'string' && OWN.includes(use)
}

/**
 * The factory that `use` names: `static`, `oauth2`, a vendor (`skyflow` stands for the package
 * `@valetkey/skyflow`), or any module as `package-or-./path#export`. Modules are looked for from the folder of
 * the configuration, then from here.
 */
export async function loadMinter(
  use: unknown,
  configFile: string,
): Promise<MinterFactory | ConfigFault> {
  if (typeof use !== 'string' || use === '')
    return {
      field: 'use',
      fault: 'is missing',
      mend: `name a minter: ${KNOWN.join(', ')}, or a module`,
    }
  if (use === 'static') return factoryIn(await import('../minters/static.ts'), 'staticToken', use)
  if (use === 'oauth2') return factoryIn(await import('../minters/oauth2.ts'), 'oauth2', use)
  const vendor = VENDORS.find((name) => use === name || use === `@valetkey/${name}`)
  if (vendor !== undefined) {
    const module = `@valetkey/${vendor}/minter`
    return loadModule({ use, module, name: vendor, install: `@valetkey/${vendor}` }, configFile)
  }
  const [module = '', name = 'default'] = use.split('#')
  return loadModule({ use, module, name, install: module }, configFile)
}

interface Wanted {
  use: string
  module: string
  name: string
  install: string
}

async function loadModule(
  wanted: Wanted,
  configFile: string,
): Promise<MinterFactory | ConfigFault> {
  const { use, module, name, install } = wanted
  try {
    const loaded: object = await import(addressOf(module, configFile))
    return factoryIn(loaded, name, use)
  } catch (error) {
    if (!isMissing(error))
      return { field: 'use', fault: `cannot be loaded: ${describeError(error)}` }
    const isPath = module.startsWith('.')
    return {
      field: 'use',
      fault: `is ${isPath ? 'a file' : 'a package'} that is not there${suggestion(use, KNOWN)}`,
      mend: isPath ? 'paths begin at the configuration' : `npm install ${install}`,
    }
  }
}

function addressOf(module: string, configFile: string): string {
  const from = pathToFileURL(configFile)
  if (module.startsWith('.')) return new URL(module, from).href
  try {
    return pathToFileURL(createRequire(from).resolve(module)).href
  } catch {
    return module
  }
}

function factoryIn(module: object, name: string, use: string): MinterFactory | ConfigFault {
  const factory: unknown = Reflect.get(module, name)
  if (typeof factory === 'function') return (options) => factory(options)
  return { field: 'use', fault: `has no function ${name}`, mend: `write ${use.split('#')[0]}#name` }
}

function isMissing(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}
