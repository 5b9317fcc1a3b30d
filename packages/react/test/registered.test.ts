import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))

// `Register` is global to a program, so what it does is checked in one of its own.
it('turns audience names into types once the app registers its broker', () => {
  const project = fileURLToPath(new URL('registered', import.meta.url))
  const tsc = spawnSync(process.execPath, [join(typescript, 'bin/tsc'), '-p', '.'], {
    cwd: project,
    encoding: 'utf8',
  })
  // The program holds the client's sources too; their faults are for their own tests.
  const faults = `${tsc.stdout}${tsc.stderr}`.split('\n').filter((line) => !/client\//.test(line))
  expect(faults.filter(Boolean)).toEqual([])
}, 30_000)
