/** walt.id from a browser: the vault client. */
export {}
