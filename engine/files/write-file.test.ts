import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { asRoot } from '../../test/fixtures/conditions.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { wordsWithoutRights } from '../../test/fixtures/without-rights.ts'
import { isPartOfLibrary } from './library-parts.ts'
import { checkWritable, writeFile } from './write-file.ts'

const asNew = { overwrite: false, libraries: [] }
const again = { overwrite: true, libraries: [] }

function newFolder(): string {
  return temporaryFolder('files')
}

async function* parts(...texts: string[]): AsyncIterable<string> {
  yield* texts
}

test('a file is written whole, of one text or of parts, and nothing else is left in its folder', async () => {
  const folder = newFolder()
  await writeFile(path.join(folder, 'one'), 'text', asNew)
  await writeFile(path.join(folder, 'two'), parts('te', 'xt'), asNew)
  await writeFile(path.join(folder, 'three'), Buffer.from('text'), asNew)
  for (const name of ['one', 'two', 'three'])
    expect(readFileSync(path.join(folder, name), 'utf8')).toBe('text')
  expect(readdirSync(folder)).toHaveLength(3)
})

test('what exists is replaced only when asked for, and keeps its permissions', async () => {
  const file = path.join(newFolder(), 'report.html')
  writeFileSync(file, 'old')
  chmodSync(file, 0o646)
  await expect(writeFile(file, 'new', asNew)).rejects.toMatchObject({
    code: 'bad-input',
    message: `${file} already exists and was not changed.`,
    advice: expect.stringContaining('--overwrite'),
  })
  await expect(checkWritable(file, asNew)).rejects.toMatchObject({ code: 'bad-input' })
  expect(readFileSync(file, 'utf8')).toBe('old')
  await writeFile(file, 'new', again)
  expect(readFileSync(file, 'utf8')).toBe('new')
  expect(statSync(file).mode & 0o777).toBe(0o646)
})

test('a file that another program makes while the content is written is not replaced', async () => {
  const file = path.join(newFolder(), 'report.html')
  async function* slow(): AsyncIterable<string> {
    yield 'mine'
    writeFileSync(file, 'theirs')
  }
  await expect(writeFile(file, slow(), asNew)).rejects.toMatchObject({ message: /already exists/ })
  expect(readFileSync(file, 'utf8')).toBe('theirs')
  expect(readdirSync(path.dirname(file))).toEqual(['report.html'])
})

test('content that fails halfway leaves what was there before', async () => {
  const file = path.join(newFolder(), 'run.json')
  writeFileSync(file, 'good')
  async function* broken(): AsyncIterable<string> {
    yield 'half of it'
    throw new Error('the library has gone')
  }
  await expect(writeFile(file, broken(), again)).rejects.toThrow('the library has gone')
  expect(readFileSync(file, 'utf8')).toBe('good')
  expect(readdirSync(path.dirname(file))).toEqual(['run.json'])
})

test('through a link its file is written, and the link stays', async () => {
  const folder = newFolder()
  writeFileSync(path.join(folder, 'file'), 'old')
  symlinkSync('file', path.join(folder, 'link'))
  await writeFile(path.join(folder, 'link'), 'new', again)
  expect(readFileSync(path.join(folder, 'file'), 'utf8')).toBe('new')
  expect(readdirSync(folder).sort()).toEqual(['file', 'link'])
})

test.each([
  ['', /name of the file is empty/],
  ['a\0b', /zero byte/],
  ['missing/report.html', /the folder .*missing does not exist\.$/],
  ['missing/', /the folder .*missing does not exist\.$/],
  ['file/report.html', /the folder .*file is not a folder\.$/],
  ['folder', /folder is a folder\.$/],
  ['fifo', /fifo is a pipe or a device, not a file\.$/],
  ['/dev/full', /is a pipe or a device, not a file\.$/],
  ['n'.repeat(300), /the name is too long\.$/],
])('“%s” is refused before and when it is written', async (name, message) => {
  const folder = newFolder()
  writeFileSync(path.join(folder, 'file'), '')
  mkdirSync(path.join(folder, 'folder'))
  execFileSync('mkfifo', [path.join(folder, 'fifo')])
  const file = name === '' || name.startsWith('/') ? name : `${folder}/${name}`
  for (const attempt of [() => checkWritable(file, again), () => writeFile(file, 'x', again)])
    await expect(attempt()).rejects.toMatchObject({ message: expect.stringMatching(message) })
})

test('a library and what belongs to it is never replaced, by whatever name', async () => {
  const folder = newFolder()
  const library = path.join(folder, 'library.sqlite')
  writeFileSync(library, 'runs')
  writeFileSync(`${library}-shm`, 'runs')
  symlinkSync(library, path.join(folder, 'symbolic'))
  linkSync(library, path.join(folder, 'hard'))
  symlinkSync(folder, path.join(folder, 'here'))
  for (const name of [
    'library.sqlite',
    'symbolic',
    'hard',
    'here/library.sqlite',
    'library.sqlite-wal',
    'here/library.sqlite-shm',
  ]) {
    const file = path.join(folder, name)
    expect(isPartOfLibrary(file, library)).toBe(true)
    await expect(writeFile(file, 'x', { ...again, libraries: [library] })).rejects.toMatchObject({
      code: 'bad-input',
      message: `${file} belongs to the library of runs. Nothing was written.`,
    })
  }
  expect(readFileSync(library, 'utf8')).toBe('runs')
  expect(isPartOfLibrary(path.join(folder, 'library.sqlite.json'), library)).toBe(false)
  await writeFile(path.join(folder, 'library.sqlite.json'), 'x', { ...again, libraries: [library] })
})

test('on a full disk an earlier file stays whole, and the failure says so', asRoot, () => {
  const folder = newFolder()
  const script = `
    import { writeFileSync, readFileSync, readdirSync } from 'node:fs'
    import { writeFile } from ${JSON.stringify(path.join(import.meta.dirname, 'write-file.ts'))}
    const file = process.argv[1] + '/run.json'
    writeFileSync(file, 'good')
    const failure = await writeFile(file, 'x'.repeat(200_000), ${JSON.stringify(again)}).catch(error => error)
    console.log(JSON.stringify([failure.code, failure.message, readFileSync(file, 'utf8'), readdirSync(process.argv[1])]))`
  const out = execFileSync('unshare', [
    '-m',
    'sh',
    '-c',
    'mount -t tmpfs -o size=64k none "$1" && exec "$0" --input-type=module --eval "$2" "$1"',
    process.execPath,
    folder,
    script,
  ])
  expect(JSON.parse(out.toString())).toEqual([
    'disk-full',
    `There is not enough space for ${folder}/run.json. What was there before is unchanged.`,
    'good',
    ['run.json'],
  ])
})

test('a folder that may not be written is named', () => {
  const folder = newFolder()
  chmodSync(folder, 0o500)
  const script = `
    import { checkWritable } from ${JSON.stringify(path.join(import.meta.dirname, 'write-file.ts'))}
    const failure = await checkWritable(process.argv[1] + '/x', ${JSON.stringify(asNew)}).catch(error => error)
    console.log(JSON.stringify([failure.code, failure.message]))`
  const words = [process.execPath, '--input-type=module', '--eval', script, folder]
  const out = execFileSync('setpriv', [...wordsWithoutRights, ...words])
  expect(JSON.parse(out.toString())).toEqual([
    'not-permitted',
    `${folder}/x cannot be written: you may not write in the folder ${folder}.`,
  ])
})
