/** The public names of `@valetkey/react/devtools` where the export condition is `development`. */
export { tokenDevtoolsPlugin } from './plugin.ts'
export { TokenDevtools } from './token-devtools.tsx'
export { TokenDevtoolsPanel } from './token-devtools-panel.tsx'
export type {
  TokenDevtoolsPanelProps,
  TokenDevtoolsPlugin,
  TokenDevtoolsProps,
} from './types.ts'
