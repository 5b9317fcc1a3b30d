// Type-checks the examples in README.md and docs, so that none of them lies.
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { docFiles } from './doc-files.mjs'
import { execute } from './execute.mjs'
import { root } from './tool-path.mjs'

// Below the demo, whose dependencies an example may import; git ignores the place.
const place = join(root, 'apps', 'demo', 'node_modules', '.snippets')
const written = join(place, 'pages')
// A package's own examples may leave out imports and what is the reader's: a name that is not there, `./server.ts`.
const TAKEN_FOR_GRANTED =
  /^\S*packages-\w+-README\S+ error TS(?:2304|2552|18004|7031|2307: Cannot find module '\.)/
const pages = docFiles().filter((file) => /^(README\.md$|docs\/|packages\/)/.test(file))
rmSync(place, { recursive: true, force: true })
mkdirSync(written, { recursive: true })
// Besides, all packages of ours, and what the client is tested with.
for (const name of readdirSync(join(root, 'packages')))
  link(join(root, 'packages', name), join(place, 'node_modules', '@valetkey', name))
link(join(root, 'packages', 'client', 'node_modules'), join(written, 'node_modules'))
const quotes = pages.flatMap(quotesIn)
const drifted = quotes.filter(
  ({ path, text }) => !readFileSync(join(root, path), 'utf8').includes(text),
)
if (drifted.length) {
  console.error(drifted.map(({ page, path }) => `${page}: not in ${path} any more`).join('\n'))
  process.exit(1)
}
const files = [...pages.flatMap(writeSnippets), ...quotedFolders().flatMap(copyFolder)]

writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config()))
const { output } = await execute(['tsc', '-p', join(place, 'tsconfig.json')])
const faults = output.split(/^(?=\S)/m).filter((fault) => !TAKEN_FOR_GRANTED.test(fault))
if (faults.length) {
  console.error(faults.join('').trimEnd())
  process.exit(1)
}
console.log(`snippets: ${files.length} ok, ${quotes.length} quotes`)

/** A first line `// server.ts` gives an example its name, by which others in the same page import it. */
function writeSnippets(file) {
  const page = join(written, file.replaceAll('/', '-').replace(/\.md$/, ''))
  const blocks = readFileSync(join(root, file), 'utf8').matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)
  // It would change the types of all other examples.
  const isAlone = ([, , text]) => !text.includes('declare module')
  return [...blocks].filter(isAlone).map(([, extension, text], index) => {
    const name = /^\/\/ (\S+\.tsx?)$/m.exec(text.split('\n')[0])?.[1]
    const path = join(page, name ?? `example-${index + 1}.${extension}`)
    mkdirSync(dirname(path), { recursive: true })
    // Each is a module of its own, even where it imports nothing.
    writeFileSync(path, `${text}export {}\n`)
    return path
  })
}

/** A block headed by the path of an example, after its language, is made of lines of that file. */
function quotesIn(page) {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(
    /^```tsx? (examples\/\S+)\n([\s\S]*?)^```/gm,
  )
  return Array.from(blocks, ([, path, text]) => ({ page, path, text }))
}

function quotedFolders() {
  return [...new Set(quotes.map(({ path }) => dirname(path)))].filter((it) => it.endsWith('/src'))
}

/** Examples are installed apart, and by `pnpm verify` alone; here they are judged on these sources. */
function copyFolder(folder) {
  return readdirSync(join(root, folder)).map((name) => {
    const path = join(written, folder, name)
    mkdirSync(dirname(path), { recursive: true })
    copyFileSync(join(root, folder, name), path)
    return path
  })
}

function link(target, path) {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path, 'junction')
}

function config() {
  return {
    extends: join(root, 'tsconfig.base.json'),
    files: [...files, join(root, 'scripts', 'snippet-globals.d.ts')],
    compilerOptions: { isolatedDeclarations: false, declaration: false, types: ['node'] },
  }
}
