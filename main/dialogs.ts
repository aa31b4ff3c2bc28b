import { dialog, type BrowserWindow, type MessageBoxOptions } from 'electron'
import { toFailureRecord } from '../engine/contract/failure.ts'
import { writeFile } from '../engine/files/write-file.ts'

/** Asks where to save; null when the user decides otherwise. */
export async function chooseFileToSave(
  owner: BrowserWindow | null,
  suggestedName: string,
): Promise<string | null> {
  const options = { defaultPath: suggestedName, properties: ['createDirectory' as const] }
  const { canceled, filePath } = await (owner
    ? dialog.showSaveDialog(owner, options)
    : dialog.showSaveDialog(options))
  return canceled || filePath === '' ? null : filePath
}

/** Asks where to, and writes, but never over `library`; null when the user decides otherwise. */
export async function saveFile(
  owner: BrowserWindow | null,
  suggestedName: string,
  content: string | Buffer,
  library: string,
): Promise<string | null> {
  const filePath = await chooseFileToSave(owner, suggestedName)
  if (filePath === null) return null
  // The dialog has asked about an earlier one.
  await writeFile(filePath, content, { overwrite: true, libraries: [library] })
  return filePath
}

/** Asks for a copy of the library; null when the user decides otherwise. */
export async function chooseLibraryCopy(owner: BrowserWindow | null, folder: string): Promise<string | null> {
  const options = {
    title: 'Restore the library from a copy',
    buttonLabel: 'Restore',
    defaultPath: folder,
    properties: ['openFile' as const, 'showHiddenFiles' as const],
    filters: [{ name: 'Libraries', extensions: ['*'] }],
  }
  const { canceled, filePaths } = await (owner
    ? dialog.showOpenDialog(owner, options)
    : dialog.showOpenDialog(options))
  return canceled ? null : (filePaths[0] ?? null)
}

/** Asks for kernel images; none when the user decides otherwise. */
export async function chooseKernels(owner: BrowserWindow | null): Promise<string[]> {
  const options = {
    title: 'Kernels: images (bzImage, vmlinuz) or Debian packages',
    defaultPath: '/boot',
    properties: ['openFile' as const, 'multiSelections' as const],
  }
  const { canceled, filePaths } = await (owner
    ? dialog.showOpenDialog(owner, options)
    : dialog.showOpenDialog(options))
  return canceled ? [] : filePaths
}

const quitQuestions = {
  run: {
    message: 'A run is under way.',
    detail: 'Quitting cancels it. Samples taken so far are kept, and it can be resumed later.',
    quit: 'Cancel the run and quit',
  },
  advice: {
    message: 'The advisor is measuring.',
    detail: 'Quitting cancels it without an answer; the samples so far are kept. It answers within a minute.',
    quit: 'Cancel and quit',
  },
} as const

/** Whether the user wants to end what is under way in order to quit. */
export async function confirmQuit(
  owner: BrowserWindow | null,
  underWay: keyof typeof quitQuestions,
): Promise<boolean> {
  const { message, detail, quit } = quitQuestions[underWay]
  const options: MessageBoxOptions = {
    type: 'question',
    message,
    detail,
    buttons: ['Keep measuring', quit],
    defaultId: 0,
    cancelId: 0,
  }
  const { response } = await (owner ? dialog.showMessageBox(owner, options) : dialog.showMessageBox(options))
  return response === 1
}

/** Shows what happened and what to do. */
export async function showFailure(owner: BrowserWindow | null, error: unknown): Promise<void> {
  const { message, advice } = toFailureRecord(error)
  const options: MessageBoxOptions = { type: 'error', message, detail: advice, buttons: ['OK'] }
  await (owner ? dialog.showMessageBox(owner, options) : dialog.showMessageBox(options))
}
