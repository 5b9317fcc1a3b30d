/** What a bench reports: one number beside the limit it must not exceed. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly limit: number
  /** Empty for a count. */
  readonly unit: string
}
