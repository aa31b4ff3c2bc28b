import { contextBridge, ipcRenderer } from 'electron'
import type { Port } from '../engine/contract/port.ts'
import type { WindowLab } from '../engine/contract/window-lab.ts'

// Main answers a page, not a window: after a reload nothing meant for the page
// before may reach this one.
const page = crypto.randomUUID()

const lab: WindowLab = { library: portTo('library'), main: portTo('main') }
contextBridge.exposeInMainWorld('lab', lab)

function portTo(channel: keyof WindowLab): Port {
  return {
    post: message => ipcRenderer.send(channel, page, message),
    listen(receive) {
      ipcRenderer.on(channel, (_event, addressee: unknown, message: unknown) => {
        if (addressee === page) receive(message)
      })
    },
    onClose: () => undefined, // a page does not outlive main
  }
}
