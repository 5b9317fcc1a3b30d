/** How masked values look. The real formats are set per column by whoever owns the vault. */

/** Shows part of a value's text. */
export type Mask = (text: string) => string

export const REDACTED_TEXT = '*REDACTED*'

/** Hides letters and digits but the last so many; what stands between them stays. */
export function keepLast(count: number): Mask {
  return (text) => {
    const shownFrom = text.length - Math.min(count, Math.floor(text.length / 2))
    return hide(text.slice(0, shownFrom), 'X') + text.slice(shownFrom)
  }
}

/** Hides letters and digits but the first so many of each word. */
export function keepInitials(text: string): string {
  return text.replaceAll(/\S+/g, (word) => word.slice(0, 1) + hide(word.slice(1), '*'))
}

/** Keeps the first letter of the mailbox, and the domain. */
export function maskEmail(text: string): string {
  const at = text.lastIndexOf('@')
  if (at < 1) return hide(text, '*')
  return text.slice(0, 1) + '*'.repeat(at - 1) + text.slice(at)
}

/** Keeps the year of a date that begins with it. */
export function keepYear(text: string): string {
  return /^\d{4}\b/.test(text) ? text.slice(0, 4) + hide(text.slice(4), 'X') : hide(text, 'X')
}

export function hideAll(text: string): string {
  return hide(text, '*')
}

function hide(text: string, sign: string): string {
  return text.replaceAll(/[\p{L}\p{N}]/gu, sign)
}
