import path from 'node:path'
import { app, BrowserWindow } from 'electron'

app.setPath('userData', path.join(process.env.XDG_DATA_HOME ?? '', 'empty-window'))
// No await here: Electron becomes ready only after this module has run.
void app.whenReady().then(open)

function open() {
  const window = new BrowserWindow({
    width: 1280,
    height: 840,
    show: false,
    webPreferences: { sandbox: true },
  })
  window.once('ready-to-show', () => window.show())
  void window.loadFile(path.join(import.meta.dirname, 'index.html'))
}
