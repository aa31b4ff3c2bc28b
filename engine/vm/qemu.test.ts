import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sandboxArguments } from './machine.ts'
import { findQemu } from './qemu.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

let folder: string

/** Only what a test puts there can be started by its name. */
beforeEach(() => {
  folder = temporaryFolder('qemu')
  vi.stubEnv('PATH', folder)
})

afterEach(() => vi.unstubAllEnvs())

/** A QEMU that is this script of the shell. */
function install(script: string): void {
  writeFileSync(path.join(folder, 'qemu-system-x86_64'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

const saysVersion = 'echo "QEMU emulator version 7.2.9 (Debian 1:7.2+dfsg-7)"'

test('a QEMU that takes the option of the sandbox has one', async () => {
  install(`[ "$1 $2" = '${sandboxArguments.join(' ')}' ] || exit 1\n${saysVersion}`)
  expect(await findQemu('x86-64')).toEqual({
    program: 'qemu-system-x86_64',
    version: '7.2.9',
    hasSandbox: true,
  })
})

test.each([
  "qemu-system-x86_64: -sandbox on: There is no option group 'sandbox'",
  'qemu-system-x86_64: -sandbox support is not enabled in this QEMU binary',
])('one that was built without says so: %s', async words => {
  install(`[ "$1" = --version ] || { echo "${words}" >&2; exit 1; }\n${saysVersion}`)
  expect(await findQemu('x86-64')).toMatchObject({ version: '7.2.9', hasSandbox: false })
})

test('one that refuses the sandbox for another reason is not run without it', async () => {
  install(`[ "$1" = --version ] || { echo "seccomp: failed to load" >&2; exit 1; }\n${saysVersion}`)
  await expect(findQemu('x86-64')).rejects.toMatchObject({ code: 'qemu-missing' })
})

test('a version that cannot be read is unknown', async () => {
  install('echo QEMU')
  expect(await findQemu('x86-64')).toMatchObject({ version: 'unknown' })
})

test('without QEMU it is said how to install it', async () => {
  await expect(findQemu('x86-64')).rejects.toMatchObject({
    code: 'qemu-missing',
    advice: expect.stringContaining('apt-get install qemu-system-x86') as string,
  })
})

test('guests for arm64 need a QEMU of their own', async () => {
  install(saysVersion)
  await expect(findQemu('arm64')).rejects.toMatchObject({
    code: 'qemu-missing',
    message: expect.stringContaining('qemu-system-aarch64') as string,
    advice: expect.stringContaining('apt-get install qemu-system-arm ') as string,
  })
})
