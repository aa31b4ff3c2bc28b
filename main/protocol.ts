import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { protocol, type Session } from 'electron'
import { resolveFile, scheme } from './page-files.ts'

/**
 * The page loads its own files and nothing else; styles are set by scripts
 * through the object model only.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Must be called before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, codeCache: true } },
  ])
}

/**
 * Serves the files of `folder` to the pages of `session`, and ends every request for anything else.
 */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle(scheme, request => answer(request, folder))
  // The first response loads what makes responses, some 50 ms: while the process of the first page
  // starts, not when it asks.
  setImmediate(() => new Response(new Uint8Array()).body)
  session.webRequest.onBeforeRequest((details, decide) => {
    const { protocol: asked } = new URL(details.url)
    decide({ cancel: asked !== `${scheme}:` && asked !== 'devtools:' })
  })
}

async function answer(request: Request, folder: string): Promise<Response> {
  const file = request.method === 'GET' ? resolveFile(request.url, folder) : null
  const body = file === null ? null : await readFile(file).catch(() => null)
  if (file === null || body === null) return new Response('not found', { status: 404 })
  return new Response(body, {
    headers: {
      'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    },
  })
}
