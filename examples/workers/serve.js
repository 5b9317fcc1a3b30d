/** Runs the worker in workerd on this machine; `wrangler deploy` bundles it in the same manner. */
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

const { outputFiles } = await build({
  entryPoints: ['worker.js'],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  conditions: ['workerd', 'worker', 'browser'],
  external: ['node:*'],
  write: false,
})
const worker = new Miniflare({
  modules: true,
  script: outputFiles[0].text,
  compatibilityDate: '2026-07-01',
  compatibilityFlags: ['nodejs_compat'],
  bindings: { SECRETVAULT_KEY: process.env.SECRETVAULT_KEY },
  host: '127.0.0.1',
  port: Number(process.env.PORT ?? 3000),
})
await worker.ready
process.once('SIGTERM', () => worker.dispose())
