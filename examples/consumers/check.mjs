/** Compiles and runs one app with the oldest and the newest peers, by the oldest and the newest compilers. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const AT_ONCE = 2
const here = import.meta.dirname
const consumers = readdirSync(here).filter((name) => name.startsWith('react-'))
const compilers = readdirSync(join(here, 'typescript', 'node_modules')).filter((name) =>
  name.startsWith('typescript-'),
)
const jobs = consumers.flatMap((consumer) => {
  const folder = prepare(consumer)
  return [
    [consumer, join(folder, 'render.js')],
    [`${consumer}, developing`, '--conditions=development', join(folder, 'render.js')],
    ...compilers.map((one) => [`${consumer}, ${one}`, compilerOf(one), '-p', folder]),
  ]
})

const failures = []
await Promise.all(Array.from({ length: AT_ONCE }, work))
if (failures.length > 0) {
  console.error(failures.join('\n'))
  process.exitCode = 1
} else {
  const compiled = `${compilers.length} compilers`
  console.log(`${consumers.length} pairs of peers rendered, compiled by ${compiled} each`)
}

/** Where the app finds the consumer's own dependencies, and git finds nothing. */
function prepare(consumer) {
  const folder = join(here, consumer, 'node_modules', '.consumer')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const file of ['app.tsx', 'render.js']) copyFileSync(join(here, file), join(folder, file))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config()))
  return folder
}

function config() {
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    strict: true,
    noUncheckedIndexedAccess: true,
    // The types of our packages themselves are looked through.
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    noEmit: true,
    types: [],
    // One version of React's types for all, as in a project of its own: here lie several.
    paths: {
      react: ['../@types/react/index.d.ts'],
      'react/*': ['../@types/react/*'],
    },
  }
  return { compilerOptions, files: ['app.tsx'] }
}

function compilerOf(name) {
  const folder = join(here, 'typescript', 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, bin.tsc)
}

async function work() {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const [name, ...command] = job
    const output = []
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    const [code] = await once(child, 'close')
    if (code !== 0) failures.push(`${name}: ${Buffer.concat(output).toString().trimEnd()}`)
  }
}
