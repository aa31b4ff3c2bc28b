/**
 * Comments that are too wide to be read at a glance, in files that neither ESLint nor clang-format
 * reads: assembler, CMake, shell, styles and markup.
 */

const mostColumns = 100

/** By the end of a file's name: what its comments look like. */
const comments = [
  { names: /\.(css|ld)$/, comment: /\/\*.*?\*\//gs },
  { names: /\.html$/, comment: /<!--.*?-->/gs },
  { names: /(\.(s|S|cmake|sh|yml)|CMakeLists\.txt|\.clang-tidy|\.ci\/run)$/, comment: /(?<=^|\s)#.*$/gm },
]

/** Which files have comments that are looked for here, as glob patterns. */
export const commented = [
  '**/*.{css,html,ld,s,S,cmake,sh}',
  '**/CMakeLists.txt',
  '.github/**/*.yml',
  '.ci/run',
  'native-bench/.clang-tidy',
]

/**
 * The numbers of the lines, from 1, in which a comment goes beyond the last column.
 *
 * @param {string} file its name says what comments look like
 * @param {string} text
 * @returns {number[]}
 */
export function wideComments(file, text) {
  const kind = comments.find(({ names }) => names.test(file))
  if (!kind) throw new Error(`It is not known what comments of ${file} look like.`)
  const lines = text.split('\n')
  const wide = new Set()
  for (const { 0: comment, index } of text.matchAll(kind.comment)) {
    const first = text.slice(0, index).split('\n').length
    const last = first + comment.split('\n').length - 1
    for (let number = first; number <= last; number++)
      if ((lines[number - 1] ?? '').length > mostColumns) wide.add(number)
  }
  return [...wide]
}
