/**
 * What the shell of the other machine does: finds a place for the agent, receives it, and becomes
 * it. The file is gone before the agent runs, so that nothing can be left there, however the agent,
 * the connection or the machine ends.
 */

/** The beginning of lines on standard error that are for Folio Lab. */
export const noPlace = 'folio-lab-no-place:'
export const notReceived = 'folio-lab-not-received:'

const spareKib = 1024

/**
 * One line for any shell that somebody may log in with, sh does the work. It reads
 * `sentBytes` of standard input, a gzip file of a program of `programBytes`, which then has
 * the rest of it. It holds no single quote, no backslash and no exclamation mark, which those
 * shells would take differently.
 */
export function agentScript(sentBytes: number, programBytes: number, words: readonly string[]): string {
  const neededKib = Math.ceil(programBytes / 1024) + spareKib
  const script = [
    'umask 077',
    'w=',
    'd=',
    'for p in "${TMPDIR:-/tmp}" /var/tmp "$HOME" "$XDG_RUNTIME_DIR"; do [ -n "$p" ] || continue',
    'd=$(mktemp -d "$p/folio-lab.XXXXXXXXXX" 2>/dev/null) || { w="$w $p cannot be written;"; d=; continue; }',
    'set -- $(df -Pk "$d" | tail -n 1)',
    `[ "\${4:-0}" -ge ${neededKib} ] || { w="$w $p has \${4:-0} KiB free;"; rm -rf "$d"; d=; continue; }`,
    'echo : >"$d/t" && chmod 700 "$d/t" && "$d/t" 2>/dev/null && break',
    'w="$w $p may hold no programs;"',
    'rm -rf "$d"',
    'd=',
    'done',
    `[ -n "$d" ] || { echo "${noPlace}$w" >&2; exit 1; }`,
    'c() { rm -rf "$d"; exit 1; }',
    'trap c HUP INT TERM',
    `head -c ${sentBytes} | gzip -dc >"$d/folio-agent" && chmod 700 "$d/folio-agent" && s=$(wc -c <"$d/folio-agent") || s=0`,
    `[ "$s" -eq ${programBytes} ] || { rm -rf "$d"; echo "${notReceived} $s bytes" >&2; exit 1; }`,
    'exec 9<"$d/folio-agent"',
    'rm -rf "$d"',
    `exec /proc/self/fd/9 ${words.join(' ')}`,
  ]
  return `exec sh -c '${script.join('; ')}'`
}
