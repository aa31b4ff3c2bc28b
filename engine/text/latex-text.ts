/**
 * Text for LaTeX, whichever engine reads it: what is not ASCII is written by commands
 * that each of them knows.
 */
import { hexadecimal, onOneLine } from './escape-text.ts'

/**
 * For a character that has no command. XeLaTeX and LuaLaTeX typeset it where the font has it;
 * pdfLaTeX, which would stop, shows its number.
 */
export const otherCharacterCommand =
  '\\providecommand{\\othercharacter}[2]{\\ifdefined\\Umathchar #1\\else{\\footnotesize U+#2}\\fi}'

/**
 * Apart from what is special to LaTeX: `[` and `*` after the end of a row would be taken as its
 * arguments.
 */
const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '{\\char34}',
  '`': '{\\char96}',
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  '“': '\\textquotedblleft{}',
  '”': '\\textquotedblright{}',
  '‘': '\\textquoteleft{}',
  '’': '\\textquoteright{}',
  '–': '\\textendash{}',
  '—': '\\textemdash{}',
  '…': '\\ldots{}',
  '\u00a0': '~',
  '·': '\\ensuremath{\\cdot}',
  '×': '\\ensuremath{\\times}',
  '÷': '\\ensuremath{\\div}',
  '±': '\\ensuremath{\\pm}',
  '−': '\\ensuremath{-}',
  '≤': '\\ensuremath{\\leq}',
  '≥': '\\ensuremath{\\geq}',
  '≠': '\\ensuremath{\\neq}',
  '≈': '\\ensuremath{\\approx}',
  '→': '\\ensuremath{\\rightarrow}',
  '√': '\\ensuremath{\\surd}',
  '∞': '\\ensuremath{\\infty}',
  µ: '\\ensuremath{\\mu}',
  ß: '\\ss{}',
  æ: '\\ae{}',
  Æ: '\\AE{}',
  œ: '\\oe{}',
  Œ: '\\OE{}',
  ø: '\\o{}',
  Ø: '\\O{}',
  ł: '\\l{}',
  Ł: '\\L{}',
  ...greek(),
}

/** Combining marks (Unicode) and the accents of LaTeX. */
const accents: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0304': '=',
  '\u0306': 'u',
  '\u0307': '.',
  '\u0308': '"',
  '\u030a': 'r',
  '\u030b': 'H',
  '\u030c': 'v',
  '\u0327': 'c',
}

function greek(): Record<string, string> {
  const names =
    'alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi o pi rho varsigma sigma tau upsilon varphi chi psi omega'
  const capitals = new Set([
    'Gamma',
    'Delta',
    'Theta',
    'Lambda',
    'Xi',
    'Pi',
    'Sigma',
    'Upsilon',
    'Psi',
    'Omega',
  ])
  const letters: Record<string, string> = { Φ: '\\ensuremath{\\Phi}', ε: '\\ensuremath{\\varepsilon}' }
  for (const [index, name] of names.split(' ').entries()) {
    letters[String.fromCodePoint(0x3b1 + index)] =
      name === 'o' ? '\\ensuremath{o}' : `\\ensuremath{\\${name}}`
    const capital = name.charAt(0).toUpperCase() + name.slice(1)
    if (capitals.has(capital)) letters[String.fromCodePoint(0x391 + index)] = `\\ensuremath{\\${capital}}`
  }
  return letters
}

/** One line of text. */
export function escapeLatex(text: string): string {
  return onOneLine(text.normalize('NFC'))
    .replaceAll(/./gsu, escapeCharacter)
    .replaceAll(/-(?=-)|'(?=')|,(?=,)/g, '$&{}') // else two of them become one sign
}

function escapeCharacter(character: string): string {
  const command = commands[character]
  if (command !== undefined) return command
  if (/[&%$#_{}]/.test(character)) return `\\${character}`
  if (/[ -~]/.test(character)) return character
  const [letter = '', mark = '', ...more] = character.normalize('NFD')
  const accent = accents[mark]
  if (accent !== undefined && more.length === 0 && /[A-Za-z]/.test(letter)) return `\\${accent}{${letter}}`
  return `\\othercharacter{${character}}{${hexadecimal(character.codePointAt(0) ?? 0)}}`
}
