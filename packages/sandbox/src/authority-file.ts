/** Writes the certificate that clients must trust to a file of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface AuthorityFile {
  path: string
  remove(): Promise<void>
}

/** In a new directory under the system's temporary one, which only this user may enter. */
export async function writeAuthorityFile(certificate: string): Promise<AuthorityFile> {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-authority-'))
  const path = join(directory, 'ca.pem')
  await writeFile(path, certificate)
  return { path, remove: () => rm(directory, { recursive: true, force: true }) }
}
