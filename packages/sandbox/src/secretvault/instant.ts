/** Writes an instant as the nodes' errors have it. */

/** ISO, without the trailing zeros of its fraction. */
export function instantText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.?0+Z$/, 'Z')
}
