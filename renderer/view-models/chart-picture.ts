/** A chart that leaves the window. */
export type ChartPicture = Readonly<{
  kind: 'png' | 'svg'
  action: 'copy' | 'save'
  /** Of the file, without an ending. */
  name: string
  /** Base64 of a PNG; the text of an SVG. */
  content: string
}>
