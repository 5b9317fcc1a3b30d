import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/auth/index.ts',
    'src/cli.ts',
    'src/conformance/index.ts',
    'src/credential/index.ts',
    'src/minters/oauth2.ts',
    'src/minters/static.ts',
    'src/node.ts',
    'src/opentelemetry/index.ts',
    'src/redis/index.ts',
    'src/testing/index.ts',
    'src/upstream/index.ts',
  ],
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  dts: { sourcemap: true },
  sourcemap: true,
  fixedExtension: false,
})
