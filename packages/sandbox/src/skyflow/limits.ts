/** How much one request of the Data API takes. */
import { invalidRequest } from './errors.ts'

export const MAX_ROWS = 25

/** @throws {SkyflowError} 400 for more than 25. */
export function checkCount(name: string, { length }: readonly unknown[]): void {
  if (length > MAX_ROWS)
    throw invalidRequest(`${name}: a request takes ${MAX_ROWS} at most, and these are ${length}.`)
}
