/**
 * The one way in which a file that the user named is written: whole, beside its place, and renamed
 * at the end. So a full disk or a crash leaves what was there before, nobody reads half a file, and
 * nothing is replaced unasked.
 */
import { randomUUID } from 'node:crypto'
import { constants, statSync, type Stats } from 'node:fs'
import { access, chmod, link, open, realpath, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'
import { isPartOfLibrary } from './library-parts.ts'

export type WriteRules = Readonly<{
  /** Whether a file of this name may be replaced. */
  overwrite: boolean
  /** Libraries whose files are never replaced. */
  libraries: readonly string[]
}>

/** Where the content goes: not to a link, but to what it leads to. */
type Target = Readonly<{ file: string; previous: Stats | null }>

/**
 * Refuses what `writeFile` would refuse, so that it is known before the content takes time to make.
 */
export async function checkWritable(name: string, rules: WriteRules): Promise<void> {
  const { file } = await targetOf(name, rules)
  try {
    await access(path.dirname(file), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw writeFailure(name, error)
  }
}

/** Writes a file; returns when it is on the disk, under its name. */
export async function writeFile(
  name: string,
  content: string | Uint8Array | Iterable<string> | AsyncIterable<string>,
  rules: WriteRules,
): Promise<void> {
  const { file, previous } = await targetOf(name, rules)
  const unfinished = path.join(path.dirname(file), `.folio-lab-${randomUUID()}.unfinished`)
  try {
    await writeNew(unfinished, content, previous)
    await (rules.overwrite ? rename(unfinished, file) : nameUnlessTaken(unfinished, file))
    await synchroniseFolder(path.dirname(file))
  } catch (error) {
    await rm(unfinished, { force: true })
    throw isErrno(error) ? (error.code === 'EEXIST' ? existing(name) : writeFailure(name, error)) : error
  }
}

async function targetOf(name: string, rules: WriteRules): Promise<Target> {
  if (name === '') throw new Failure('bad-input', 'The name of the file is empty.', 'Name a file.')
  if (name.includes('\0'))
    throw new Failure('bad-input', 'A name cannot contain a zero byte.', 'Name a file.')
  try {
    const previous = statSync(name, { throwIfNoEntry: false }) ?? null
    const file = previous ? await realpath(name) : path.resolve(name)
    refuseFolderThatIsMissing(name, file)
    if (rules.libraries.some(library => isPartOfLibrary(file, library)))
      throw new Failure(
        'bad-input',
        `${name} belongs to the library of runs. Nothing was written.`,
        'Choose another name or folder.',
      )
    if (previous) refuseAllButFiles(name, previous)
    if (previous && !rules.overwrite) throw existing(name)
    return { file, previous }
  } catch (error) {
    throw isErrno(error) ? writeFailure(name, error) : error
  }
}

function refuseFolderThatIsMissing(name: string, file: string): void {
  const folder = name.endsWith('/') ? file : path.dirname(file)
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  const what = found ? 'is not a folder' : 'does not exist'
  throw new Failure(
    'bad-input',
    `${name} cannot be written: the folder ${folder} ${what}.`,
    'Make the folder first, or choose another one.',
  )
}

function refuseAllButFiles(name: string, found: Stats): void {
  if (found.isFile()) return
  if (found.isDirectory())
    throw new Failure('bad-input', `${name} is a folder.`, `Name a file in it: ${path.join(name, 'NAME')}`)
  throw new Failure('bad-input', `${name} is a pipe or a device, not a file.`, 'Choose the name of a file.')
}

function existing(name: string): Failure {
  return new Failure(
    'bad-input',
    `${name} already exists and was not changed.`,
    'Choose another name, or add --overwrite.',
  )
}

async function writeNew(
  file: string,
  content: Parameters<typeof writeFile>[1],
  previous: Stats | null,
): Promise<void> {
  const permissions = previous === null ? 0o666 : previous.mode & 0o777
  const handle = await open(file, 'wx', permissions)
  try {
    await handle.writeFile(content)
    if (previous) await chmod(file, permissions) // what the umask took away
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Gives a file its name; rejects with EEXIST if another program has made such a file by now. */
async function nameUnlessTaken(unfinished: string, file: string): Promise<void> {
  try {
    await link(unfinished, file)
  } catch (error) {
    if (!isErrno(error) || !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(error.code ?? ''))
      throw error
    return rename(unfinished, file) // a file system without hard links
  }
  await rm(unfinished)
}

/** Else a power cut may take the new name away. Some file systems cannot, and then need not. */
async function synchroniseFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // The file itself is written.
  }
}

function writeFailure(name: string, error: unknown): Failure {
  const code = isErrno(error) ? error.code : undefined
  const options = { cause: error }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure(
        'disk-full',
        `There is not enough space for ${name}. What was there before is unchanged.`,
        'Free some space on its disk, or choose another folder.',
        options,
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure(
        'not-permitted',
        `${name} cannot be written: you may not write in the folder ${path.dirname(path.resolve(name))}.`,
        'Choose another folder, or make this one writable.',
        options,
      )
    case 'ENAMETOOLONG':
      return new Failure(
        'bad-input',
        `${name} cannot be written: the name is too long.`,
        'Choose a shorter name.',
      )
    default:
      return new Failure(
        'not-permitted',
        `${name} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
        'Choose another name or folder.',
        options,
      )
  }
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && !(error instanceof Failure)
}
