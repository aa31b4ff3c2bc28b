const passedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|XDG_.*|LD_LIBRARY_PATH|SSH_AUTH_SOCK|SLURM_CONF|FOLIO_LAB_RUN_LOCK)$/

/**
 * What of this program's environment its engine processes need; nothing that
 * steers Node or Electron.
 */
export function engineEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && passedOn.test(entry[0]),
    ),
  )
}
