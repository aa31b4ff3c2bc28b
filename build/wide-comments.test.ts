import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { commented, wideComments } from './wide-comments.mjs'

const wide = 'x'.repeat(100)

test.each([
  ['thunk.s', `# ${wide}\nret # short\n`, [1]],
  ['CMakeLists.txt', `set(one two)\nset(three "${wide}")\nset(four five) # ${wide}\n`, [3]],
  ['base.css', `/* one\n * ${wide}\n */\n.a { color: #ffffff${wide}; }\n`, [2]],
  ['index.html', `<!-- ${wide} -->\n<p>${wide}</p>\n`, [1]],
])('of %s only comments are held to their width', (file, text, lines) => {
  expect(wideComments(file, text)).toEqual(lines)
})

test('a file whose comments are not known is refused', () => {
  expect(() => wideComments('main.rs', '')).toThrow('main.rs')
})

test('no comment of the sources is too wide, whatever language they are in', () => {
  const root = path.resolve(import.meta.dirname, '..')
  const files = globSync(commented, {
    cwd: root,
    exclude: ['node_modules/**', 'out/**', 'dist/**', 'engine/report/golden/**'],
  })
  expect(files.some(file => file.endsWith('.s'))).toBe(true)
  const found = files.flatMap(file =>
    wideComments(file, readFileSync(path.join(root, file), 'utf8')).map(line => `${file}:${line}`),
  )
  expect(found).toEqual([])
})
