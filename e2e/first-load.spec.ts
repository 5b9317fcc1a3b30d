/** What the first load costs: one request to the broker for all four tokens. */
import { expect } from '@playwright/test'
import { counter, signInAs } from './demo-page.ts'
import { test } from './own-demo.ts'

test('one broker request brings all four tokens', async ({ page }) => {
  // Refresh points are drawn at random; drawn late, none falls into this test.
  await page.addInitScript(() => {
    Math.random = () => 0
  })
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/api/broker/tokens')) asked.push(request.postData() ?? '')
  })
  await signInAs(page, 'Ada')
  for (const vault of ['Node 1', 'Node 2', 'Node 3', 'Skyflow'])
    await expect(page.getByRole('img', { name: `${vault}: 1 token` })).toBeVisible()
  await expect.poll(() => counter(page, 'minted')).toBe(4)
  expect(asked).toHaveLength(1)
})
