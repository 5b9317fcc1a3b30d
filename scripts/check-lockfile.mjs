// Fails when a lockfile holds a download address: each machine asks the registry it is set up for.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tool-path.mjs'

const problems = [
  'pnpm-lock.yaml',
  'docs/site/pnpm-lock.yaml',
  'examples/pnpm-lock.yaml',
  'packages/client/bench/compare/pnpm-lock.yaml',
].flatMap(addressesIn)
if (problems.length) {
  console.error(`The lockfile must hold no download address:\n${problems.join('\n')}`)
  process.exit(1)
}
console.log('lockfile: ok')

function addressesIn(file) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  return lines.flatMap((line, index) =>
    /\b(https?|git\+ssh):\/\/|\btarball:/.test(line)
      ? [`${file}:${index + 1}: ${line.trim()}`]
      : [],
  )
}
