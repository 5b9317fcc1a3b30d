/** The id of the demo's SecretVault schema, known to server and page. */

/** Fixed, so that a cluster that served the demo before is found as it was left. */
export const SCHEMA_ID = '5b1d3f0e-8a64-4a5e-9d0c-7f6a2c41e9b3'
