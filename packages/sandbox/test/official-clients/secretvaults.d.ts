/** The part of the vendor's client that the tests use; the package has no types of its own. */
declare module 'secretvaults' {
  export interface VaultCredentials {
    secretKey?: string
    orgDid?: string
  }

  export interface Answer {
    status: number | null
    data?: unknown[]
  }

  export class SecretVaultWrapper {
    constructor(nodes: readonly { url: string; did: string }[], credentials: VaultCredentials)
    init(): Promise<unknown>
    setSchemaId(schemaId: string | undefined): void
    generateNodeToken(nodeDid: string): Promise<string>
    generateTokensForAllNodes(): Promise<{ node: string; token: string }[]>
    allotData(records: readonly object[]): Promise<object[][]>
    flushData(): Promise<Answer[]>
    makeRequest(
      ...call: [url: string, path: string, token: string, payload: object]
    ): Promise<Answer>
    getSchemas(): Promise<Answer[]>
    createSchema(schema: object, name: string): Promise<(Answer & { schemaId: string })[]>
    deleteSchema(schemaId: string | undefined): Promise<Answer[]>
    writeToNodes(records: readonly object[]): Promise<Answer[]>
    readFromNodes(filter: object): Promise<object[]>
    updateDataToNodes(update: object, filter: object): Promise<Answer[]>
    deleteDataFromNodes(filter: object): Promise<Answer[]>
  }

  export class NilQLWrapper {
    constructor(cluster: { nodes: readonly object[] })
    init(): Promise<void>
    encrypt(value: unknown): Promise<unknown[]>
    decrypt(shares: unknown[]): Promise<unknown>
    prepareAndAllot(record: object): Promise<object[]>
    unify(shares: object[]): Promise<object>
  }
}
