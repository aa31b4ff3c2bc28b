/**
 * A run file as the texts of its members and of each of its samples. A run of hundreds
 * of thousands of samples makes a text longer than a JavaScript string may be, so that
 * it is never held as a whole.
 */

/** `samples` come one by one, each with its index; any other member whole. */
export type RunFilePart =
  | Readonly<{ kind: 'member'; name: string; text: string }>
  | Readonly<{ kind: 'sample'; index: number; text: string }>

// The environment of a large machine has a hundredth of that.
const memberCharacters = 32 * 1024 * 1024
const sampleCharacters = 4 * 1024 * 1024
const nameCharacters = 1000

/**
 * Throws a `SyntaxError` that says what is wrong; the texts of the parts are
 * for `JSON.parse` to judge.
 */
export function* splitRunFile(pieces: Iterable<string>): Generator<RunFilePart> {
  const cursor = new Cursor(pieces)
  const names = new Set<string>()
  cursor.take('{')
  if (cursor.skip('}')) {
    cursor.end()
    return
  }
  do {
    const name: unknown = JSON.parse(cursor.value(nameCharacters))
    if (typeof name !== 'string') throw new SyntaxError('a member has no name')
    if (names.has(name)) throw new SyntaxError(`it has two members “${name}”`)
    names.add(name)
    cursor.take(':')
    if (name === 'samples' && cursor.skip('[')) yield* samplesAt(cursor)
    else yield { kind: 'member', name, text: cursor.value(memberCharacters) }
  } while (cursor.skip(','))
  cursor.take('}')
  cursor.end()
}

function* samplesAt(cursor: Cursor): Generator<RunFilePart> {
  if (!cursor.skip(']')) {
    let index = 0
    do yield { kind: 'sample', index: index++, text: cursor.value(sampleCharacters) }
    while (cursor.skip(','))
    cursor.take(']')
  }
  yield { kind: 'member', name: 'samples', text: '[]' }
}

const blank = /[^ \t\n\r]/g
const bracketOrQuote = /["{}[\]]/g
const quoteOrEscape = /["\\]/g
const scalarEnd = /[ \t\n\r,:{}[\]"]/g

/** A place in a text that arrives in pieces. */
class Cursor {
  readonly #pieces: Iterator<string>
  #text = ''
  #at = 0

  constructor(pieces: Iterable<string>) {
    this.#pieces = pieces[Symbol.iterator]()
  }

  /** Whether the next character is this one, which is then passed. */
  skip(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  take(character: string): void {
    if (!this.skip(character)) throw new SyntaxError(`“${character}” is missing where ${this.#next()} stands`)
  }

  end(): void {
    if (this.#peek() !== '') throw new SyntaxError(`something follows its end: ${this.#next()}`)
  }

  /** The text of the value that begins here. */
  value(limit: number): string {
    const first = this.#peek()
    this.#text = this.#text.slice(this.#at)
    this.#at = 0
    const end =
      first === '{' || first === '['
        ? this.#endOfNested(limit)
        : first === '"'
          ? this.#endOfString(1, limit)
          : this.#find(scalarEnd, 0, limit).at
    if (end === 0) throw new SyntaxError(`a value is missing where ${this.#next()} stands`)
    this.#at = end
    return this.#text.slice(0, end)
  }

  #endOfNested(limit: number): number {
    let depth = 0
    let from = 0
    do {
      const { at, character } = this.#find(bracketOrQuote, from, limit)
      if (character === '') throw new SyntaxError('it ends in the middle of a value')
      from = character === '"' ? this.#endOfString(at + 1, limit) : at + 1
      if (character === '{' || character === '[') depth++
      else if (character !== '"') depth--
    } while (depth > 0)
    return from
  }

  /** Behind the closing quote of the string whose content begins at `from`. */
  #endOfString(from: number, limit: number): number {
    for (;;) {
      const { at, character } = this.#find(quoteOrEscape, from, limit)
      if (character === '') throw new SyntaxError('it ends in the middle of a text')
      if (character === '"') return at + 1
      from = at + 2
    }
  }

  /** The first match at or behind `from`; at the end of the text the character is empty. */
  #find(pattern: RegExp, from: number, limit: number): Readonly<{ at: number; character: string }> {
    let searched = from
    for (;;) {
      pattern.lastIndex = searched
      const match = pattern.exec(this.#text)
      const at = match?.index ?? this.#text.length
      if (at > limit) throw new SyntaxError(`a value is longer than ${limit} characters`)
      if (match) return { at, character: match[0] }
      searched = Math.max(from, this.#text.length)
      if (!this.#more()) return { at: this.#text.length, character: '' }
    }
  }

  /** The next character that is not blank, which stays the next; empty at the end. */
  #peek(): string {
    for (;;) {
      blank.lastIndex = this.#at
      const match = blank.exec(this.#text)
      this.#at = match?.index ?? this.#text.length
      if (match) return match[0]
      this.#text = ''
      this.#at = 0
      if (!this.#more()) return ''
    }
  }

  #more(): boolean {
    const next = this.#pieces.next()
    if (next.done === true) return false
    this.#text += next.value
    return true
  }

  /** What stands here, for people. */
  #next(): string {
    const character = this.#peek()
    return character === '' ? 'the file ends' : `“${character}”`
  }
}
