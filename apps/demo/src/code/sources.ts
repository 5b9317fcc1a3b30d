/** The page's own files as text: what is shown is what runs. */
const texts = import.meta.glob<string>(
  [
    '../tokens.ts',
    '../records/note-queries.ts',
    '../records/patient-notes.ts',
    '../patients/patient-queries.ts',
    '../patients/patient-vault.ts',
    '../visits/visit-database.ts',
    '../visits/visit-queries.ts',
    '../wallet/wallet-queries.ts',
    '../wallet/wallet-service.ts',
  ],
  { query: '?raw', import: 'default', eager: true },
)

/** The text of a file, by its name. */
export function sourceOf(name: string): string {
  const [, text = ''] = Object.entries(texts).find(([path]) => path.endsWith(`/${name}`)) ?? []
  return text
}
