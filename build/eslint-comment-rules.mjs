/**
 * What ESLint holds of comments: none is too wide to be read at a glance, and every function that
 * others may call says what it is for. clang-format holds the first for C++.
 */

const mostColumns = 100

/** Comments of markup and of styles, which are no tokens of a script. */
const besideScripts = /<!--.*?-->|\/\*.*?\*\//gs

/** What is said to ESLint itself has to stand in one line. */
const directive = /^\s*eslint-/

/** @type {import('eslint').Rule.RuleModule} */
const width = {
  meta: {
    type: 'layout',
    schema: [],
    messages: { wide: `A comment has at most ${mostColumns} columns; here it has {{columns}}.` },
  },
  create({ sourceCode, filename, report }) {
    /** @returns {{ start: number, end: number }[]} where each comment is in the text */
    function comments() {
      const ofScripts = sourceCode
        .getAllComments()
        .filter(({ value }) => !directive.test(value))
        .map(({ range: [start, end] = [0, 0] }) => ({ start, end }))
      if (!filename.endsWith('.vue')) return ofScripts
      const others = [...sourceCode.text.matchAll(besideScripts)]
      return [
        ...ofScripts,
        ...others.map(({ 0: text, index: start }) => ({ start, end: start + text.length })),
      ]
    }
    return {
      'Program:exit'() {
        /** @type {Map<number, number>} how far comments reach, by line */
        const ends = new Map()
        for (const { start, end } of comments()) {
          const last = sourceCode.getLocFromIndex(end)
          for (let { line } = sourceCode.getLocFromIndex(start); line < last.line; line++)
            ends.set(line, sourceCode.lines[line - 1]?.length ?? 0)
          ends.set(last.line, Math.max(last.column, ends.get(last.line) ?? 0))
        }
        for (const [line, columns] of ends) {
          if (columns <= mostColumns) continue
          const loc = { start: { line, column: mostColumns }, end: { line, column: columns } }
          report({ loc, messageId: 'wide', data: { columns: String(columns) } })
        }
      },
    }
  },
}

/** @type {import('eslint').Rule.RuleModule} */
const exports = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: 'Say in a comment above `{{name}}` what it is for: others may call it.' },
  },
  create({ sourceCode, report }) {
    return {
      'ExportNamedDeclaration > FunctionDeclaration'(/** @type {any} */ node) {
        const comment = sourceCode.getCommentsBefore(node.parent).at(-1)
        const isDocumented = comment?.type === 'Block' && comment.value.startsWith('*')
        if (!isDocumented) report({ node: node.id, messageId: 'missing', data: { name: node.id.name } })
      },
    }
  },
}

export const commentRulesPlugin = { rules: { width, exports } }
