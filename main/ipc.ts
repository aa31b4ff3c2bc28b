import { ipcMain, type IpcMainEvent, type WebContents } from 'electron'
import { mainApi } from '../engine/contract/api.ts'
import type { Handlers } from '../engine/contract/api-type.ts'
import type { Port } from '../engine/contract/port.ts'
import { serve, type Emit } from '../engine/contract/ipc/serve.ts'
import type { WindowLab } from '../engine/contract/window-lab.ts'
import type { Logger } from './logging.ts'
import { pageOrigin } from './page-files.ts'

type Channel = keyof WindowLab

/**
 * One page of one window: what it sends goes to its two receivers, until
 * another page takes its place.
 */
type Attachment = Readonly<{
  page: string
  receivers: Record<Channel, (message: unknown) => void>
  emit: Emit<typeof mainApi>
  detach: () => void
}>

export type IpcParts = Readonly<{
  handlers: Handlers<typeof mainApi>
  /** A line of its own to the library for each page. */
  openLibrary: () => Readonly<{ port: Port; close: () => void }>
  log: Logger
}>

export type Pages = Readonly<{
  /** Tells every page. */
  emit: Emit<typeof mainApi>
  /** Sends to the page of one window, if that page is known. */
  emitTo: (contents: WebContents, ...words: Parameters<Emit<typeof mainApi>>) => void
}>

/**
 * The only module that receives from pages. Each is attached by its first message,
 * whenever its window was opened.
 */
export function servePages({ handlers, openLibrary, log }: IpcParts): Pages {
  const attachments = new Map<WebContents, Attachment>()

  ipcMain.on('main', (event, page: unknown, message: unknown) => receive('main', event, page, message))
  ipcMain.on('library', (event, page: unknown, message: unknown) => receive('library', event, page, message))
  return {
    emit(event, payload) {
      for (const { emit } of attachments.values()) emit(event, payload)
    },
    emitTo: (contents, event, payload) => attachments.get(contents)?.emit(event, payload),
  }

  function receive(channel: Channel, event: IpcMainEvent, page: unknown, message: unknown): void {
    if (typeof page !== 'string' || !isOwnPage(event)) {
      log.warn(
        `ipc: refused a message on “${channel}” from ${event.senderFrame?.url ?? 'a frame that is gone'}`,
      )
      return
    }
    attachmentOf(event.sender, page).receivers[channel](message)
  }

  function attachmentOf(contents: WebContents, page: string): Attachment {
    const present = attachments.get(contents)
    if (present?.page === page) return present
    if (!present) contents.once('destroyed', () => detach(contents))
    present?.detach()
    const attachment = attach(contents, page)
    attachments.set(contents, attachment)
    return attachment
  }

  function attach(contents: WebContents, page: string): Attachment {
    let isAttached = true
    const library = openLibrary()
    const receivers: Attachment['receivers'] = { main: () => undefined, library: library.port.post }
    const emit = serve(mainApi, handlers, portOfPage('main'))
    library.port.listen(portOfPage('library').post)
    return {
      page,
      receivers,
      emit,
      detach() {
        isAttached = false
        library.close()
      },
    }

    function portOfPage(channel: Channel): Port {
      return {
        post(message) {
          if (isAttached) contents.send(channel, page, message)
        },
        listen: receive => (receivers[channel] = receive),
        onClose: () => undefined,
      }
    }
  }

  function detach(contents: WebContents): void {
    attachments.get(contents)?.detach()
    attachments.delete(contents)
  }
}

/** Whether the main frame of a window, on a page of this application, sent it. */
function isOwnPage({ senderFrame, sender }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && senderFrame.origin === pageOrigin
}
