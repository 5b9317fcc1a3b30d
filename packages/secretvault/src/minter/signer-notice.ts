/** Tells an operator what signs the tokens, once it has shown that it can. */
import type { MinterNotice } from '@valetkey/broker'
import type { JwsSigner } from './signers.ts'

/** At once for a key of our own, which was tried when it was read; after a try for any other. */
export function announceSigner(
  { name, check }: JwsSigner,
  notify: (notice: MinterNotice) => void,
): void {
  const announce = (): void =>
    notify({ kind: 'signer', detail: `ES256K tokens are signed by ${name}` })
  if (!check) return announce()
  check().then(announce, (error: unknown) => {
    const why = error instanceof Error ? error.message : 'for no reason given'
    notify({ kind: 'signer-failed', detail: `no ES256K tokens for now: ${why}` })
  })
}
