/** For authors of minters: credentials that are reloaded, files that are read with every fault named. */
export { BrokerConfigError, type ConfigFault, configFaultsOf } from '../config-error.ts'
export { parseConfigJson, type Read, readConfigFile } from '../config-file.ts'
export {
  createCredential,
  type Credential,
  type CredentialSource,
  credentialVersionOf,
} from '../credential.ts'
export { didYouMean, suggestion } from '../did-you-mean.ts'
export { unknownOptionFaults } from '../unknown-options.ts'
