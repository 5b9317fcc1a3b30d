import { defineConfig } from 'tsdown'
import privateNames from './private-names.json' with { type: 'json' }

const common = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: { sourcemap: true },
  sourcemap: true,
  fixedExtension: false,
} as const

export default defineConfig([
  {
    ...common,
    entry: { index: 'src/index.ts' },
    minify: {
      compress: false,
      mangle: false,
      codegen: { removeWhitespace: false },
      // Members of the client's own records, which no other code ever sees: no bundler can shorten them.
      // The source map knows them by their names; test/private-names.test.ts guards the list.
      mangleProps: { include: new RegExp(`^(${privateNames.join('|')})$`) },
    },
  },
  // Each entry on its own: what two of them share is small, and told apart by nobody.
  { ...common, entry: { callback: 'src/from-callback.ts' } },
  { ...common, entry: { 'testing/index': 'src/testing/index.ts' } },
])
