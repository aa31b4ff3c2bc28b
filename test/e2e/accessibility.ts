/**
 * What keeps people out of the present screen: what axe finds, and what the tab key does not reach.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')

/** What axe finds serious or critical. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
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

/**
 * A cell of numbers is read out in a sentence, and operated by keys, not by saying
 * the words that it shows.
 */
function isDescribedCell(violation: string): boolean {
  return violation.startsWith('label-content-name-mismatch') && violation.includes('role="gridcell"')
}

/**
 * Presses the tab key through everything within `scope` that can be clicked; says how much there
 * is and what was not reached.
 */
export async function tabThrough(
  page: Page,
  scope = 'body',
): Promise<Readonly<{ stops: number; missed: readonly string[] }>> {
  const stops = await page.evaluate(within => {
    /** A group of radios is one stop, and a disabled control none. */
    function isStop(element: HTMLElement): boolean {
      return (
        element.checkVisibility() &&
        !element.matches(':disabled, [type="radio"], [role="radio"], [type="file"]') &&
        element.closest('[aria-hidden="true"], [inert], [role="grid"]') === null
      )
    }
    const selector = 'button, a[href], input, select, textarea, summary'
    const elements = [...(document.querySelector(within)?.querySelectorAll<HTMLElement>(selector) ?? [])]
    return elements.filter(isStop).map((element, index) => {
      element.dataset.stop = String(index)
      return element.outerHTML.slice(0, 160)
    })
  }, scope)
  const reached = new Set<string | undefined>()
  for (let press = 0; press < stops.length + 20 && reached.size <= stops.length; press++) {
    await page.keyboard.press('Tab')
    reached.add(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.stop))
  }
  return { stops: stops.length, missed: stops.filter((_, index) => !reached.has(String(index))) }
}
