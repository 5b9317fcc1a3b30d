/** The vault's one record. In your app the vault is somewhere else. */
import { answer } from '../../../vault.js'

export const GET = answer
