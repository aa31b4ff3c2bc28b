/** What a kernel wrote to its console, for messages. Pure. */

const shownLines = 12

/** Text without the control sequences of firmware and terminals. */
export function plainConsole(text: string): string {
  return text
    .replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|c)|\r/g, '')
    .replace(/[^\n\t\u0020-\u007e\u00a0-\uffff]/g, '')
}

/** Why the kernel says that it cannot go on; null when it says nothing of the kind. */
export function panicReason(text: string): string | null {
  return /Kernel panic - not syncing: (.*)/.exec(text)?.[1]?.trim() ?? null
}

/** The last lines that say something. */
export function lastLines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line !== '')
    .slice(-shownLines)
}
