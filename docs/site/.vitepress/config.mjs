// The site: pages in the order of contents.mjs, search without a service, nothing from other hosts.
import { defineConfig } from 'vitepress'
import llmstxt from 'vitepress-plugin-llms'
import { slugOf } from '../../../scripts/anchors.mjs'
import { groups, pageOf, titleOf } from '../contents.mjs'
import { publicEntries } from '../entries.mjs'

const REPOSITORY = 'https://github.com/valetkey/valetkey'
const DESCRIPTION =
  'Short-lived bearer tokens for data vaults, in browser apps: minted on your server, renewed before they expire.'

const linkTo = (file) => `/${pageOf(file).replace(/\.md$/, '')}`
const all = groups()
  .filter(({ files }) => files.length > 0)
  .map(({ title, files }) => ({
    text: title,
    items: files.map((file) => ({ text: titleOf(file), link: linkTo(file) })),
  }))
const isOf = (path) => (group) => group.items.every(({ link }) => link.startsWith(path))
const packages = all.find(isOf('/packages/'))
const decisions = all.find(isOf('/decisions/'))
const back = { items: [{ text: '← All pages', link: '/why' }] }
const api = {
  text: 'API',
  items: publicEntries().map(({ name }) => ({ text: name, link: `/api/${name}` })),
}
/** Long lists have a sidebar of their own, so that none needs to be folded. */
const pages = {
  text: 'More',
  items: [
    { text: 'API reference', link: '/api/' },
    { text: 'Packages', link: packages.items[0].link },
    { text: 'Decisions', link: decisions.items[0].link },
  ],
}
const sidebar = {
  '/api/': [back, api, packages],
  '/packages/': [back, packages, api],
  '/decisions/': [back, decisions],
  '/': [...all.filter((group) => group !== packages && group !== decisions), pages],
}

/** Braces in prose and code are meant as they stand, not as templates of Vue. */
function withoutTemplates(markdown) {
  const { code_inline: renderCode } = markdown.renderer.rules
  markdown.renderer.rules.code_inline = (tokens, index, ...rest) => {
    tokens[index].attrSet('v-pre', '')
    return renderCode(tokens, index, ...rest)
  }
}

export default defineConfig({
  title: 'Valet Key',
  description: DESCRIPTION,
  lang: 'en',
  srcDir: '.pages',
  outDir: 'dist',
  // Where it is served below a path: `DOCS_BASE=/valetkey/`.
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,
  // The quick starts say where to look on the reader's own machine.
  ignoreDeadLinks: 'localhostLinks',
  head: [
    [
      'link',
      { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}key.svg` },
    ],
    ['meta', { name: 'color-scheme', content: 'light dark' }],
  ],
  markdown: {
    anchor: { slugify: slugOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: withoutTemplates,
  },
  themeConfig: {
    logo: '/key.svg',
    nav: [
      { text: 'Quick start', link: '/quick-start-vanilla', activeMatch: '/quick-start' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'Errors', link: '/errors' },
      { text: 'API', link: '/api/', activeMatch: '/api/' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    editLink: {
      pattern: ({ frontmatter }) =>
        frontmatter.source
          ? `https://github.com/valetkey/valetkey/edit/main/${frontmatter.source}`
          : 'https://github.com/valetkey/valetkey/tree/main/packages',
      text: 'Edit this page',
    },
    footer: { message: 'MIT licensed.' },
  },
  vite: {
    plugins: [
      llmstxt({
        injectLLMHint: false,
        description: DESCRIPTION,
        details: 'Published as @valetkey/* on npm. Every example is compiled in the tests.',
        sidebar: all,
        ignoreFilesPerOutput: {
          llmsTxt: ['api/@valetkey/**'],
          llmsFullTxt: ['api/**', 'decisions/**'],
        },
      }),
    ],
  },
})
