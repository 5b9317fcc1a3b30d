/** NexusRunDB from a browser: the vault client. */
export {}
