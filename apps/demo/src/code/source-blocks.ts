/** Cuts named declarations out of the page's own source: the code itself, not a copy. */

/** Declarations have an empty line between them, but for constants that stand line by line. */
const BETWEEN = /\n\n(?=\S)|(?<!\*\/|\/\/[^\n]*)\n(?=(?:export )?const )/

/**
 * The declarations of `source` with these names, in its order, with their comments; of its own constants
 * those that the others use.
 */
export function blocksOf(source: string, names: readonly string[]): string {
  const wanted = new RegExp(
    `^(?:export )?(?:async )?(?:function|const) (?:${names.join('|')})\\b`,
    'm',
  )
  const blocks = source.split(BETWEEN).filter((block) => wanted.test(block))
  return blocks
    .filter((block) => isUsed(block, blocks))
    .map((block) => block.trimEnd())
    .join('\n\n')
}

function isUsed(block: string, blocks: readonly string[]): boolean {
  const [, name] = /^const (\w+)/m.exec(block) ?? []
  if (name === undefined) return true
  const use = new RegExp(`\\b${name}\\b`)
  return blocks.some((other) => other !== block && use.test(other))
}
