/** Finds the name that somebody may have meant by a misspelt one. */

const MAX_EDITS = 3
const MAX_LENGTH = 64

/** The known name nearest to `name`, if one is near enough to be meant. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined
  const plain = plainOf(name)
  const near = known
    .map((candidate) => ({ candidate, edits: editsBetween(plain, plainOf(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.min(MAX_EDITS, candidate.length / 3))
    .toSorted((one, other) => one.edits - other.edits)
  return near[0]?.candidate
}

/** `; did you mean …?` to follow a sentence, or nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

/** Words are parted in three ways. */
function plainOf(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '')
}

/** Levenshtein's distance, row by row. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [i, letter] of Array.from(one).entries()) {
    const next = [i + 1]
    for (const [j, against] of Array.from(other).entries()) {
      const replaced = (row[j] ?? 0) + (letter === against ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
