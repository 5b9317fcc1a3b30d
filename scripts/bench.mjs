// Runs every bench of every package, each in a process of its own; fails if a figure is over its limit.
import { globSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execute } from './execute.mjs'
import { root } from './tool-path.mjs'

const [one] = process.argv.slice(2).filter((it) => it.endsWith('.bench.ts'))
if (one) await runHere(one)
else await runAll(process.argv.slice(2))

/** Prints the figures of one bench as a line of JSON. A bench exports them as a function. */
async function runHere(file) {
  const { default: figures } = await import(pathToFileURL(file).href)
  console.log(JSON.stringify(await figures()))
  // A client under measurement may keep timers.
  process.exit()
}

/** One after another, so that they do not measure one another. Words narrow down to files that hold one. */
async function runAll(words) {
  const files = globSync('packages/*/bench/*.bench.ts', { cwd: root }).sort()
  const wanted = files.filter((it) => !words.length || words.some((word) => it.includes(word)))
  let over = 0
  for (const file of wanted) {
    const path = join(root, file)
    const flags = ['--expose-gc', '--no-warnings']
    const { code, output } = await execute(['node', ...flags, import.meta.filename, path])
    const figures = code === 0 ? JSON.parse(output.trimEnd().split('\n').at(-1)) : []
    if (code !== 0) console.log(output)
    for (const figure of figures) console.log(lineOf(figure, file))
    over += figures.filter(isOver).length + (code === 0 ? 0 : 1)
  }
  console.log(over ? `benches: ${over} over` : 'benches: all within their limits')
  process.exitCode = over ? 1 : 0
}

function isOver({ value, limit }) {
  return !(value <= limit)
}

function lineOf(figure, file) {
  const { name, value, limit, unit } = figure
  const shown = Number.isInteger(value) ? `${value}` : value.toFixed(2)
  const word = isOver(figure) ? 'OVER' : 'ok'
  const place = `${relative('packages', file).split('/')[0]}/${basename(file, '.bench.ts')}`
  return `${word.padEnd(5)}${`${shown} ${unit}`.padStart(12)}  of ${`${limit}`.padEnd(6)}${place.padEnd(24)}${name}`
}
