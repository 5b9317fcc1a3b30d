/** How many cases are tried: few in every run, all by night, when the figures are told. */

const isNightly = process.env.VALETKEY_NIGHTLY === '1'

export function cases(full: number, few: number): number {
  return isNightly ? Number(process.env.VALETKEY_CASES ?? full) : few
}

export function tell(figure: string): void {
  if (isNightly) console.info(figure)
}
