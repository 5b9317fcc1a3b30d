/** Tells the two path families of a node apart. */

/** Whether the path is one of today's API; all others count as the seed era's. */
export function isToday(path: string): boolean {
  return path.startsWith('/v1/')
}
