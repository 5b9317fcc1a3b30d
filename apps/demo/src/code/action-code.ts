/** What the code behind an action is put together from. */
import { currentUserId } from '../session.ts'
import { type CurlCall, curlOf } from './curl.ts'
import { blocksOf } from './source-blocks.ts'
import { sourceOf } from './sources.ts'

/** One action, three ways. */
export interface ActionCode {
  react: string
  vanilla: string
  curl: string
}

/** Names of declarations in one of the page's files. */
export interface Blocks {
  file: string
  names: readonly string[]
}

export interface ActionSources {
  /** The hook. */
  hook: Blocks
  /** What the hook calls, down to the vault client. */
  action: Blocks
  call: CurlCall
}

/** The page's own source of an action, with the same for a shell. */
export function codeOf({ hook, action, call }: ActionSources): ActionCode {
  return {
    react: textOf(hook),
    vanilla: [textOf({ file: 'tokens.ts', names: ['tokens'] }), textOf(action)].join('\n\n'),
    curl: curlOf(call, location.origin, currentUserId() ?? 'ada'),
  }
}

function textOf({ file, names }: Blocks): string {
  return blocksOf(sourceOf(file), names)
}
