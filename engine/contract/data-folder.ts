/**
 * The folder of the library, settings and logs, the same for the window and the command line:
 * `$XDG_DATA_HOME/folio-lab`, by default `~/.local/share/folio-lab` (XDG Base Directory Specification, which
 * also says that a relative `XDG_DATA_HOME` is to be ignored).
 */
export function dataFolder(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const wanted = environment.XDG_DATA_HOME
  const base = wanted?.startsWith('/') ? wanted : `${home}/.local/share`
  return `${base}/folio-lab`
}

/** The database inside a data folder. */
export function libraryPath(folder: string): string {
  return `${folder}/library.sqlite`
}
