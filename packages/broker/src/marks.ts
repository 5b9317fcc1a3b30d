/** What a cached token is forgotten with: its subject, its audience. */
import type { Target } from './audiences.ts'

export function subjectMark(subject: string): string {
  return JSON.stringify(['subject', subject])
}

/** Of an audience, a group, or a member as `{group}/{member}`. */
export function audienceMark(audience: string): string {
  return JSON.stringify(['audience', audience])
}

export function marksOf({ audience, entry }: Target, subject: string | undefined): string[] {
  const names = new Set([entry.name, audience])
  const marks = [...names].map(audienceMark)
  return subject === undefined ? marks : [...marks, subjectMark(subject)]
}
