// The API reference: one page for each entry that a published package exports.
import { publicEntries } from './entries.mjs'

export default {
  name: 'API',
  tsconfig: 'tsconfig.json',
  plugin: ['typedoc-plugin-markdown', './typedoc-names.mjs'],
  entryPoints: publicEntries().map(({ source }) => source),
  out: '.pages/api',
  cleanOutputDir: true,
  readme: 'none',
  entryFileName: 'index',
  outputFileStrategy: 'modules',
  // `tsc` has checked the types already, by a compiler that typedoc cannot use.
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  githubPages: false,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', 'Type Aliases'],
  // The generator numbers headings of the same name in another way than the plugin does.
  useHTMLAnchors: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  expandObjects: true,
  sanitizeComments: true,
  validation: { invalidLink: true, notExported: false, notDocumented: false },
  treatValidationWarningsAsErrors: true,
  externalSymbolLinkMappings: { jose: { '*': 'https://github.com/panva/jose' } },
}
