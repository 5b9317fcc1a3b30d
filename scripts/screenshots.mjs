// Takes the README's pictures: the built demo after a note was written, its tokens renewed a few times.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from './chromium.mjs'
import { root, withTools } from './tool-path.mjs'

const RENEWALS_MS = 26_000
const folder = join(root, 'docs', 'images')

// After run.mjs has built the demo: `npm start` once, or `pnpm --filter demo build`.
const { chromium: playwright } = await import('playwright')
mkdirSync(folder, { recursive: true })
const browser = await playwright.launch(chromium())
try {
  // A demo of its own for each, so that both show the same.
  await Promise.all(['light', 'dark'].map(shoot))
} finally {
  await browser.close()
}

async function shoot(colorScheme) {
  const demo = await startDemo()
  try {
    const viewport = { width: 1280, height: 1230 }
    const page = await browser.newPage({ colorScheme, viewport, deviceScaleFactor: 1.5 })
    await page.goto(demo.url)
    await page.getByRole('button', { name: /Ada/ }).click()
    await page.getByRole('slider', { name: 'Token lifetime' }).press('Home')
    await page.getByRole('button', { name: 'Split and store' }).click()
    await page.getByText('Stored: each node holds its share.').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Tokenise and store' }).click()
    await page.waitForTimeout(RENEWALS_MS)
    await page.evaluate(() => window.scrollTo(0, 0))
    const path = join(folder, `demo-${colorScheme}.png`)
    await page.screenshot({ path })
    console.log(path)
  } finally {
    demo.stop()
  }
}

/** Starts the built demo on a free port; resolves once it has said where it is. */
async function startDemo() {
  const env = {
    ...withTools(process.env),
    PORT: '0',
    VALETKEY_SECRETVAULT: '',
    VALETKEY_SKYFLOW: '',
    VALETKEY_DEMO_CORS: '',
  }
  const child = spawn(process.execPath, ['apps/demo/server/main.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Valet Key demo: (\S+)/.exec(line)?.[1]
    if (url) return { url, stop: () => child.kill() }
  }
  throw new Error('The demo ended before it said where it is.')
}
