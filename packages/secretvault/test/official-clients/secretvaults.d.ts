/** The part of the vendor's seed-era client that the page uses; the package has no types of its own. */
declare module 'secretvaults' {
  export class SecretVaultWrapper {
    constructor(nodes: readonly { url: string; did: string }[], credentials: object)
    init(): Promise<unknown>
    setSchemaId(schemaId: string): void
    generateNodeToken(nodeDid: string): Promise<string>
    createSchema(schema: object, name: string): Promise<{ schemaId: string }[]>
    writeToNodes(records: readonly object[]): Promise<{ status: number | null }[]>
    readFromNodes(filter: object): Promise<object[]>
  }
}
