import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { makeAppImage, missingForAppImage } from './app-image.mjs'

/** Stands in for the tool: keeps what it is given as an archive. */
const stubTool = `#!/bin/sh
[ "$1" = --version ] && exit 0
[ "$1" = --no-appstream ] || exit 1
tar --create --file "$3" --directory "$2" .
echo "$ARCH $SOURCE_DATE_EPOCH" > "$3.environment"
`

function executable(file: string, content: string): void {
  writeFileSync(file, content)
  chmodSync(file, 0o755)
}

test('without the tool it says what is missing, and that nothing else needs it', () => {
  vi.stubEnv('PATH', temporaryFolder('appimage'))
  expect(missingForAppImage()).toMatch(
    /^No AppImage: appimagetool is not on the PATH .* need nothing of it\.$/,
  )
})

test('the image holds the application, its desktop entry, its icon, and starts from where it is mounted', () => {
  const work = temporaryFolder('appimage')
  const [tools, folder, output] = ['tools', 'packed', 'dist'].map(name => path.join(work, name))
  for (const made of [tools!, folder!, output!]) mkdirSync(made)
  executable(path.join(tools!, 'appimagetool'), stubTool)
  executable(path.join(folder!, 'folio-lab'), '#!/bin/sh\necho "started with $*"\n')
  vi.stubEnv('PATH', `${tools}:${process.env.PATH}`)
  expect(missingForAppImage()).toBeUndefined()
  const date = new Date(Date.UTC(2026, 10, 28))
  const file = makeAppImage({ folder: folder!, output: output!, version: '1.2.3', arch: 'x64', date })
  expect(path.relative(output!, file)).toBe('folio-lab-1.2.3-x86_64.AppImage')
  expect(readFileSync(`${file}.environment`, 'utf8')).toBe(`x86_64 ${date.getTime() / 1000}\n`)
  const mounted = path.join(work, 'mounted')
  mkdirSync(mounted)
  execFileSync('tar', ['--extract', '--file', file, '--directory', mounted])
  expect(execFileSync(path.join(mounted, 'AppRun'), ['run', '--help'], { encoding: 'utf8' })).toBe(
    'started with run --help\n',
  )
  expect(readFileSync(path.join(mounted, 'folio-lab.desktop'), 'utf8')).toContain('Icon=folio-lab')
  expect(readFileSync(path.join(mounted, 'folio-lab.png')).subarray(1, 4).toString()).toBe('PNG')
})
