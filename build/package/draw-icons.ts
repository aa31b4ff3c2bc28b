/**
 * Draws icons/*.png from icon.svg with the application's own runtime: `node
 * build/package/draw-icons.ts`, on a display.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { launchElectron } from '../launch-electron.ts'
import { launchOptions } from '../runtime.mjs'
import { inProject } from '../setup/paths.mjs'

const sizes = [16, 32, 48, 64, 128, 256, 512]
const folder = path.join(import.meta.dirname, 'icons')

const drawing = readFileSync(path.join(import.meta.dirname, 'icon.svg'), 'utf8')
const { electron, words, env } = launchOptions()
mkdirSync(folder, { recursive: true })
const dataHome = mkdtempSync(path.join(tmpdir(), 'folio-lab-icons-'))
const application = await launchElectron({
  program: electron,
  words: [...words, '--force-device-scale-factor=1', inProject('build/bench/empty-window')],
  environment: { ...env, XDG_DATA_HOME: dataHome },
})
try {
  const page = await application.firstWindow()
  for (const size of sizes) {
    await page.setViewportSize({ width: size, height: size })
    await page.setContent(
      `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`,
    )
    await page.screenshot({ path: path.join(folder, `${size}x${size}.png`), omitBackground: true })
  }
} finally {
  await application.close()
  rmSync(dataHome, { recursive: true, force: true })
}
