/** skyflow-js as a bundler gives it: in a package of type `module` its default export stands one step deeper. */
import * as whole from 'skyflow-js'
import type SkyflowClient from 'skyflow-js'

type Sdk = typeof SkyflowClient

const { default: outer } = whole as unknown as { default: Sdk & { default?: Sdk } }

export const Skyflow: Sdk = outer.default ?? outer
