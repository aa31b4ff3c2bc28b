/**
 * `npm run bench [-- NAME …]`: runs every *.bench.ts beside this file in turn, each a program of its own that prints
 * Markdown and ends with status 1 when it finds a promise broken. Leave the machine alone meanwhile.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

const ending = '.bench.ts'
const names = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith(ending))
  .map(file => file.slice(0, -ending.length))
  .sort()

const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !names.includes(name))
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are ${names.join(', ')}.`)
  process.exit(2)
}

const broken = names
  .filter(name => wanted.length === 0 || wanted.includes(name))
  .filter(name => {
    const file = path.join(import.meta.dirname, `${name}${ending}`)
    return spawnSync(process.execPath, [file], { stdio: 'inherit' }).status !== 0
  })
console.log(broken.length === 0 ? 'All promises kept.' : `Broken or failed: ${broken.join(', ')}`)
process.exitCode = broken.length === 0 ? 0 : 1
