/** Waits for work that knows of no signal, as long as the caller does not give up. */

/** What comes of the work, unless the caller gives up first. The work itself goes on. */
export async function unlessAborted<T>(
  work: T | Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return work
  let giveUp = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp)
  })
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
