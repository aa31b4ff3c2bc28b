/** What a kernel wrote to its console, for messages. */

const shownLines = 12
const shownLineLength = 200
/** A boot writes some 30 KB; what a hostile kernel writes has no end. */
const keptAtBeginning = 32 * 1024
const keptAtEnd = 96 * 1024
/** Joined now and then, since single bytes would take a hundred times their size. */
const mostPieces = 256

/** Keeps the beginning and the end of what it hears. */
export class ConsoleLog {
  #beginning = Buffer.alloc(0)
  #end: readonly Uint8Array[] = []
  #endBytes = 0
  /** Bytes between the two that were not kept. */
  #lost = 0

  hear(bytes: Uint8Array): void {
    const room = keptAtBeginning - this.#beginning.length
    if (room > 0) this.#beginning = Buffer.concat([this.#beginning, bytes.subarray(0, room)])
    this.#end = [...this.#end, bytes.subarray(room)]
    this.#endBytes += Math.max(0, bytes.length - room)
    if (this.#endBytes > 2 * keptAtEnd || this.#end.length > mostPieces) this.#cut()
  }

  #cut(): Buffer {
    const end = Buffer.concat(this.#end)
    const kept = end.subarray(-keptAtEnd)
    this.#lost += end.length - kept.length
    this.#end = [kept]
    this.#endBytes = kept.length
    return kept
  }

  /** Plain text, with a note where something is left out. */
  text(): string {
    const end = this.#cut().toString()
    const note = this.#lost === 0 ? '' : `\n[${this.#lost} bytes left out]\n`
    return `${plainConsole(this.#beginning.toString())}${note}${plainConsole(end)}`
  }
}

/**
 * Text without the control sequences of firmware and terminals, and without
 * characters that reorder it.
 */
function plainConsole(text: string): string {
  return text.replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|c)/g, '').replace(/[^\n\t\P{C}]/gu, '')
}

/** Why the kernel says that it cannot go on; null when it says nothing of the kind. */
export function panicReason(text: string): string | null {
  return /Kernel panic - not syncing: (.{0,200})/.exec(text)?.[1]?.trim() ?? null
}

/** The last lines that say something, each cut to a readable length. */
export function lastLines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trimEnd().slice(0, shownLineLength))
    .filter(line => line !== '')
    .slice(-shownLines)
}
