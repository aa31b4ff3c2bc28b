import { Failure } from '../contract/failure.ts'

/**
 * The folder of the library, settings and logs, the same for the window and the command line:
 * `$XDG_DATA_HOME/folio-lab`, by default `~/.local/share/folio-lab` (XDG Base Directory
 * Specification, which also says that a relative `XDG_DATA_HOME` is to be ignored).
 */
export function dataFolder(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const wanted = environment.XDG_DATA_HOME
  if (!wanted?.startsWith('/') && !home.startsWith('/'))
    throw new Failure(
      'bad-input',
      home === ''
        ? 'HOME is empty, so there is no place for the library of runs.'
        : `HOME is “${home}”, which is not an absolute path.`,
      'Set HOME, or XDG_DATA_HOME, to the absolute path of a folder.',
    )
  const base = wanted?.startsWith('/') ? wanted : `${home}/.local/share`
  return `${base}/folio-lab`
}

/** The database inside a data folder. */
export function libraryPath(folder: string): string {
  return `${folder}/library.sqlite`
}
