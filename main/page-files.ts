import path from 'node:path'

/** The application's own scheme: a page of it has an origin, which a file address has not. */
export const scheme = 'folio-lab'
const host = 'app'
export const pageOrigin = `${scheme}://${host}`
export const pageAddress = `${pageOrigin}/index.html`

/** The file inside `folder` that `address` names; null when it names none there. */
export function resolveFile(address: string, folder: string): string | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.protocol !== `${scheme}:` || url.host !== host) return null
  const wanted = decode(url.pathname)
  if (wanted === null || wanted.includes('\0') || wanted.includes('\\')) return null
  const file = path.join(folder, wanted)
  const inside = path.relative(folder, file)
  return inside === '' || inside === '..' || inside.startsWith(`..${path.sep}`) ? null : file
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null // malformed escapes
  }
}
