import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/query.ts',
    'src/testing/index.ts',
    'src/devtools/index.ts',
    'src/devtools/absent.ts',
  ],
  unbundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
  inputOptions: {
    onLog(level, log, defaultHandler) {
      // The bundler warns that a directive may be lost; with `unbundle` it is not.
      if (log.code !== 'MODULE_LEVEL_DIRECTIVE') defaultHandler(level, log)
    },
  },
})
