import type { Page } from 'playwright-core'
import type { BenchmarkName } from '../../engine/contract/benchmark.ts'

export type LongRun = Readonly<{
  benchmarkNames: readonly BenchmarkName[]
  sizeBytes: number
  folioBytes: number
}>

/**
 * Starts a run of this kernel that would take hours, with the window's own controls, and pauses it.
 */
export async function startPausedRun(
  page: Page,
  { benchmarkNames, sizeBytes, folioBytes }: LongRun,
): Promise<void> {
  await page.getByTestId('nav-new-run').click()
  await page.getByTestId('field-size').fill(String(sizeBytes))
  await page.getByTestId('field-folio').fill(String(folioBytes))
  await page.getByTestId('field-rounds').fill('100000')
  await page.getByTestId('field-warmup-rounds').fill('0')
  const second = page.getByRole('button', { name: 'Remove variant 2' })
  if (await second.isVisible()) await second.click()
  for (const box of await page.locator('[data-testid^=benchmark-]').all()) {
    const name = (await box.getAttribute('data-testid'))?.replace('benchmark-', '')
    await box.setChecked(benchmarkNames.some(wanted => wanted === name))
  }
  await page.getByTestId('start-run').click()
  await page.getByTestId('pause-run').click()
  await page.getByTestId('proceed-run').waitFor()
}
