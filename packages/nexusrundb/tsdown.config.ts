import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/minter/index.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: { sourcemap: true },
  sourcemap: true,
  fixedExtension: false,
})
