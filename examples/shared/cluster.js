/** A SecretVault cluster of two nodes that do not exist: enough to sign tokens for. */

/** In your app: the cluster configuration that you have, from a file or a secret. */
export function clusterOf(secretKey) {
  return {
    orgCredentials: {
      secretKey,
      orgDid: 'did:nil:testnet:nillion10000000000000000000000000000000example',
    },
    nodes: [
      {
        url: 'https://node-a.example/',
        did: 'did:nil:testnet:nillion1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      },
      {
        url: 'https://node-b.example/',
        did: 'did:nil:testnet:nillion1bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
      },
    ],
  }
}
