import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'

/**
 * A picture in the light and one in the dark theme, for whoever looks at the screens; none unless
 * FOLIO_LAB_PICTURES names a folder for them.
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.FOLIO_LAB_PICTURES
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) })
  }
  await page.emulateMedia({ colorScheme: null })
}
