/**
 * Text from outside (labels, reasons, names of kernels) made safe for what it is written into, each
 * form in one function. Pure.
 */

/**
 * Characters that act instead of being seen: controls, of which a terminal obeys some; marks and
 * overrides of the writing direction, which show a line in another order than it has; line
 * separators; and what no UTF-8 or XML can hold. Tabs and ends of lines stay.
 */
const acting = /(?!\t|\n|\r\n)[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029\ufffe\uffff]/gu

/**
 * Safe for a terminal and for people: `\u001b` stands for ESC. Of JSON this changes no value, since
 * it is JSON's own notation.
 */
export function showControls(text: string): string {
  return text.replaceAll(acting, character => `\\u${hexadecimal(character.charCodeAt(0)).toLowerCase()}`)
}

/** The same on one line. */
export function onOneLine(text: string): string {
  return showControls(text.replaceAll(/\s*[\r\n]\s*|\t/g, ' '))
}

/** Four digits or more, as code points are named. */
export function hexadecimal(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0')
}

/**
 * One value of a line of comma-separated values (RFC 4180). Numbers are given as numbers;
 * a text that a spreadsheet would take as a formula gets an apostrophe in front, as OWASP
 * has it (“CSV Injection”), and one that a reader could take for a comment is quoted.
 */
export function csvField(value: string | number | null): string {
  if (typeof value === 'number') return String(value)
  const text = showControls((value ?? '').replaceAll(/\r\n?/g, '\n'))
  const harmless = /^[=+\-@\t\n＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\n#]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** Inside of a line of GitHub-flavoured Markdown, such as a heading or the cell of a table. */
export function escapeMarkdown(text: string): string {
  return showControls(text.replaceAll(/\r\n?/g, '\n'))
    .trim()
    .replaceAll(/[\\`*_[\]<>&|~#$]/g, '\\$&')
    .replaceAll(/\s*\n\s*/g, '<br>')
    .replaceAll('\t', ' ')
}

/** A paragraph of Markdown: what would begin a list or a heading does not. */
export function markdownParagraph(text: string): string {
  return escapeMarkdown(text)
    .replace(/^[+=-]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Content or attribute of HTML, SVG and XML. */
export function escapeXml(text: string): string {
  return showControls(text.replaceAll(/\r\n?/g, '\n')).replaceAll(
    /[&<>"']/g,
    character => entities[character] ?? character,
  )
}
