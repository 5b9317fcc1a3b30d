// Installs all packed packages into a fresh app, for Node or for a page, then runs what stands in scripts/fresh.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFreshFolder } from './fresh-folder.mjs'
import { root } from './tool-path.mjs'

const PORT = 4130
const PEERS = 'react react-dom @tanstack/react-query'
const manifests = readdirSync(join(root, 'packages')).map((name) =>
  JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')),
)
const ours = manifests.filter((manifest) => !manifest.private).map(({ name }) => name)
const apps = { node: nodeApp, vite: viteApp }

const [name = ''] = process.argv.slice(2)
const app = createFreshFolder()
try {
  await app.run('npm init -y')
  await app.run('npm pkg set type=module')
  console.log(await apps[name]())
} catch (error) {
  console.error(`fresh ${name} app: ${error.message}\n${app.said()}`)
  process.exitCode = 1
} finally {
  await app.close()
}

async function nodeApp() {
  // The optional peers too, since every entry is imported.
  await app.run(`npm install ${ours.join(' ')} ${PEERS} ioredis @opentelemetry/api`)
  copy('entries.js')
  copy('round-trip.js')
  const examples = testingExamples()
  examples.forEach((text, index) => app.write(`testing-${index}.test.ts`, text))
  const entries = await app.run('node entries.js')
  const token = await app.run('node round-trip.js')
  await app.run('node --test "testing-*.test.ts"')
  await app.run('npx @valetkey/broker --help')
  return `${ours.length} packages, ${entries.trim()}, ${token.trim()}, ${examples.length} examples of the testing guide run`
}

async function viteApp() {
  await app.run(`npm install ${ours.join(' ')} ${PEERS}`)
  await app.run('npm install --save-dev vite')
  copy('page.js')
  app.write('index.html', page())
  await app.run('npx vite build')
  await app.start(`npx vite preview --port ${PORT} --strictPort`)
  await app.open(`http://localhost:${PORT}`)
  await app.see('9 entries, idle')
  return `${ours.length} packages in one production bundle, loaded`
}

function copy(file) {
  app.write(file, readFileSync(join(root, 'scripts', 'fresh', file), 'utf8'))
}

/** Those that stand on their own, without a function of the reader's. */
function testingExamples() {
  const guide = readFileSync(join(root, 'docs', 'guides', 'testing.md'), 'utf8')
  return [...guide.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    .map(([, text]) => text)
    .filter((text) => !text.includes('declare function'))
}

function page() {
  return `<!doctype html>
<html lang="en">
  <head>
    <link rel="icon" href="data:," />
    <script type="module" src="/page.js"></script>
  </head>
  <body></body>
</html>
`
}
