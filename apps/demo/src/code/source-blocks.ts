/** Cuts named declarations out of the page's own source: the code itself, not a copy. */

/** The declarations of `source` with these names, in its order, with their comments. */
export function blocksOf(source: string, names: readonly string[]): string {
  const wanted = new RegExp(
    `^(?:export )?(?:async )?(?:function|const) (?:${names.join('|')})\\b`,
    'm',
  )
  return source
    .split(/\n\n(?=\S)/)
    .filter((block) => wanted.test(block))
    .map((block) => block.trimEnd())
    .join('\n\n')
}
