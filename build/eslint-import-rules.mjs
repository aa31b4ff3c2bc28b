/**
 * The ESLint rule that applies the table of import-rules.mjs to every import,
 * export-from and import().
 */

import path from 'node:path'
import { refuseImport } from './import-rules.mjs'

/** @type {import('eslint').Rule.RuleModule} */
const imports = {
  meta: { type: 'problem', schema: [], messages: { refused: '{{reason}}' } },
  create(context) {
    /**
     * @param {any} node any node with an optional `source` literal, as the
     * visitor below hands it over
     */
    function check(node) {
      const source = node.source ?? node.argument?.literal ?? node.argument
      if (typeof source?.value !== 'string') return
      const file = path.relative(context.cwd, context.filename)
      const isRelative = source.value.startsWith('.')
      const imported = isRelative ? path.join(path.dirname(file), source.value) : source.value
      const reason = refuseImport(file, imported, isRelative)
      if (reason) context.report({ node: source, messageId: 'refused', data: { reason } })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    }
  },
}

export const importRulesPlugin = { rules: { imports } }
