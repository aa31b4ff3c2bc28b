import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')

/** What axe finds serious or critical on the present screen. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Added by the debugger, which no content security policy of the page concerns.
  await page.evaluate(`if (!window.axe) { ${axeSource} }`)
  const { violations: found } = await page.evaluate(() =>
    (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
      resultTypes: ['violations'],
    }),
  )
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
    .filter(violation => !isDescribedCell(violation))
}

/** A cell of numbers is read out in a sentence, and operated by keys, not by saying the words that it shows. */
function isDescribedCell(violation: string): boolean {
  return violation.startsWith('label-content-name-mismatch') && violation.includes('role="gridcell"')
}
