import { defineConfig } from 'tsdown'

/**
 * Properties that no other code ever sees: the members of the client's own records. A bundler cannot
 * shorten them, so they are shortened here; the source map knows them by their names. A name that is
 * public, goes over the wire or to another tab, or is an option, must not stand here:
 * scripts/check-packages.mjs compares the list with the declarations.
 */
const PRIVATE = [
  'access anchor answer base budgetFullAt catchUp committed concernsAll coolUntil dirty doubted dueAt',
  'emitted end ended endsAt failingSince failures forcedUntil flight hardAt hearers heeded held hold listed login',
  'onChange onJump onReset owner pausedUntil pending readHeaders readIdentity recent renewAt replayable reply',
  'schedule sentAt sentWall sequence settle spacedUntil starts state statuses subscribers tokenId',
  'transport trouble usedAt waiting',
]

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
    clean: ['dist/index.*'],
    minify: {
      compress: false,
      mangle: false,
      codegen: { removeWhitespace: false },
      mangleProps: { include: new RegExp(`^(${PRIVATE.join(' ').replaceAll(' ', '|')})$`) },
    },
  },
  { ...common, entry: { 'testing/index': 'src/testing/index.ts' }, clean: ['dist/testing'] },
])
