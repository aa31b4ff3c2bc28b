import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findDisplayFault } from './display.mjs'

test('a display that nobody serves is named', async () => {
  expect(await findDisplayFault({ DISPLAY: ':43210' })).toBe(
    'DISPLAY is “:43210”, but no display answers there.',
  )
  expect(
    await findDisplayFault({ DISPLAY: 'nonsense', WAYLAND_DISPLAY: 'w', XDG_RUNTIME_DIR: '/none' }),
  ).toBe('DISPLAY is “nonsense” and WAYLAND_DISPLAY is “w”, but no display answers there.')
})

test('a display that answers is found, whatever the other one does', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-display-'))
  const server = createServer(socket => socket.destroy()).listen(path.join(folder, 'wayland-9'))
  await once(server, 'listening')
  try {
    const environment = { DISPLAY: ':43210', WAYLAND_DISPLAY: 'wayland-9', XDG_RUNTIME_DIR: folder }
    expect(await findDisplayFault(environment)).toBeNull()
  } finally {
    server.close()
  }
})
