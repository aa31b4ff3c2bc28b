import electron from 'electron'

/**
 * Only in runtimes older than the pinned one, whose types no longer have it.
 */
type FormerClipboard = Readonly<{ writeImage: (image: electron.NativeImage) => void }>

/** Puts a PNG on the clipboard as a picture. */
export async function copyPicture(png: Buffer<ArrayBuffer>): Promise<void> {
  const { clipboard, nativeImage, ClipboardItem } = electron
  if (isFormer(clipboard)) clipboard.writeImage(nativeImage.createFromBuffer(png))
  else await clipboard.write([new ClipboardItem({ 'image/png': new Blob([png], { type: 'image/png' }) })])
}

function isFormer(clipboard: object): clipboard is FormerClipboard {
  return 'writeImage' in clipboard && typeof clipboard.writeImage === 'function'
}
