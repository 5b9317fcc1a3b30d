/** Puts a failed shape into the words a seed-era node uses. */
import type { z } from 'zod/v3'

/** `key=<member>, reason=<message>` for each issue, those of the body as a whole last. */
export function flattenIssues(error: z.ZodError): string[] {
  const { fieldErrors, formErrors } = error.flatten()
  const ofMembers = Object.entries(fieldErrors).flatMap(([key, reasons = []]) =>
    reasons.map((reason) => `key=${key}, reason=${reason}`),
  )
  return [...ofMembers, ...formErrors]
}
