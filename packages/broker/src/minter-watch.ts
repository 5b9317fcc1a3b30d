/** Lets minters look after their credentials while a broker runs. */
import { isAudienceConfig } from './audiences.ts'
import type { Report } from './events.ts'
import type { Minter } from './minter.ts'
import { describeError, redact } from './redact.ts'
import type { Audiences } from './types.ts'

/** Starts all; the returned function stops them. A minter that cannot start is reported, and no reason to stop. */
export function watchMinters(audiences: Audiences, report: Report): () => void {
  const stops = Array.from(namesByMinter(audiences), ([minter, names]) =>
    watchMinter({ minter, names }, report),
  )
  return () => {
    for (const stop of stops.splice(0)) stop()
  }
}

/** One minter may stand under several names, and has one credential. */
function namesByMinter(audiences: Audiences): Map<Minter, string[]> {
  const names = new Map<Minter, string[]>()
  for (const [name, value] of Object.entries(audiences)) {
    const minter = isAudienceConfig(value) ? value.minter : value
    names.set(minter, [...(names.get(minter) ?? []), name])
  }
  return names
}

function watchMinter(
  { minter, names }: { minter: Minter; names: readonly string[] },
  report: Report,
): () => void {
  try {
    const stop = minter.watch?.(({ kind, detail }) =>
      report({
        event: 'minter',
        minter: minter.name,
        audiences: names,
        kind,
        detail: redact(detail),
      }),
    )
    return () => stop?.()
  } catch (error) {
    report({ event: 'fault', where: 'broker', detail: describeError(error) })
    return () => {}
  }
}
