/**
 * One run at a time: two would measure each other. A run holds three locks, each of which the
 * kernel lets go of when the process is gone, so that nothing stale is left by a crash. What holds
 * one, and whom it reaches:
 *
 *     the library it is recorded into    every namespace, container and host that shares the folder
 *     this user's own library            all runs of one user, whichever library they name (--db)
 *     a name in the abstract namespace   all users of one network namespace (unix(7))
 *
 * The name is only held, nothing is sent over it: a stranger who takes it or connects to it
 * can get a run refused, and nothing else. Containers that share neither network nor
 * folder do not see each other.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { dataFolder, libraryPath } from './data-folder.ts'
import { Failure } from '../contract/failure.ts'
import { lockLibrary, type LibraryLock } from './library-lock.ts'
import { lockMachine, runLockName } from './machine-lock.ts'

export type RunLock = Readonly<{ release: () => Promise<void> }>

export type RunLockPlaces = Readonly<{
  /** Database of the library that is recorded into; null when nothing is. */
  library: string | null
  /** Database of this user's own library; null where its folder is not known. */
  ownLibrary: string | null
  /** better-sqlite3's addon for this runtime; null: the one in its package. */
  binding: string | null
  /** null: nothing is measured on this machine. */
  name: string | null
}>

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The locks of a run that is recorded into `library`; tests name one of their own, so as
 * not to wait for each other.
 */
export function runLockPlaces(
  library: string | null,
  binding: string | null,
  environment: Environment,
  home: string,
): RunLockPlaces {
  return {
    library,
    ownLibrary: ownLibraryOf(environment, home),
    binding,
    name: runLockName(environment),
  }
}

function ownLibraryOf(environment: Environment, home: string): string | null {
  try {
    return libraryPath(dataFolder(environment, home))
  } catch {
    return null // no home, or a relative one: only a library that is named can be measured into
  }
}

/** Takes the locks of a run; rejects with `busy` while another process has one of them. */
export async function acquireRunLock({
  library,
  ownLibrary,
  binding,
  name,
}: RunLockPlaces): Promise<RunLock> {
  const held: LibraryLock[] = library === null ? [] : [lockLibrary(library, binding)]
  try {
    if (ownLibrary !== null && ownLibrary !== library) held.push(...lockOwn(ownLibrary, binding))
    const machine = name === null ? null : await lockMachine(name)
    return {
      release: async () => {
        await machine?.release()
        for (const lock of held) lock.release()
      },
    }
  } catch (error) {
    for (const lock of held) lock.release()
    throw error
  }
}

/**
 * Where there is no folder for a library of one's own, or none to write, no run can be in the way.
 */
function lockOwn(library: string, binding: string | null): LibraryLock[] {
  if (!existsSync(path.dirname(library))) return []
  try {
    return [lockLibrary(library, binding)]
  } catch (error) {
    if (error instanceof Failure && error.code === 'busy') throw error
    return []
  }
}
