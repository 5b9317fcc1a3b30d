// Fails when pnpm-lock.yaml holds a download address: each machine asks the registry it is set up for.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tool-path.mjs'

const lines = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').split('\n')
const problems = lines.flatMap((line, index) =>
  /\b(https?|git\+ssh):\/\/|\btarball:/.test(line)
    ? [`pnpm-lock.yaml:${index + 1}: ${line.trim()}`]
    : [],
)
if (problems.length) {
  console.error(`The lockfile must hold no download address:\n${problems.join('\n')}`)
  process.exit(1)
}
console.log('lockfile: ok')
