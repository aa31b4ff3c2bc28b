import { createServer } from 'node:net'
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findDisplayFault } from './display.mjs'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

test('a display that nobody serves is named', async () => {
  expect(await findDisplayFault({ DISPLAY: ':43210' })).toBe(
    'DISPLAY is “:43210”, but no display answers there.',
  )
  expect(
    await findDisplayFault({ DISPLAY: 'nonsense', WAYLAND_DISPLAY: 'w', XDG_RUNTIME_DIR: '/none' }),
  ).toBe('DISPLAY is “nonsense” and WAYLAND_DISPLAY is “w”, but no display answers there.')
})

test.each(['localhost:99999', 'localhost:-1', ':', ' ', ':99999999999'])(
  'the display “%s” can be nobody’s, and is reported as one that does not answer',
  async DISPLAY => {
    expect(await findDisplayFault({ DISPLAY })).toBe(`DISPLAY is “${DISPLAY}”, but no display answers there.`)
  },
)

test('a display that answers is found, whatever the other one does', async () => {
  const folder = temporaryFolder('display')
  const server = createServer(socket => socket.destroy()).listen(path.join(folder, 'wayland-9'))
  await once(server, 'listening')
  try {
    const environment = { DISPLAY: ':43210', WAYLAND_DISPLAY: 'wayland-9', XDG_RUNTIME_DIR: folder }
    expect(await findDisplayFault(environment)).toBeNull()
  } finally {
    server.close()
  }
})
