/**
 * `npm run bench [-- NAME … [--OPTION]]`: runs every *.bench.ts beside this file in turn, each a
 * program of its own that prints Markdown and ends with status 1 when it finds a promise broken.
 * Options are for the one that is named. Leave the machine alone while it runs.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

const ending = '.bench.ts'
const names = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith(ending))
  .map(file => file.slice(0, -ending.length))
  .sort()

const words = process.argv.slice(2)
const options = words.filter(word => word.startsWith('--'))
const wanted = words.filter(word => !options.includes(word))
const unknown = wanted.filter(name => !names.includes(name))
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are ${names.join(', ')}.`)
  process.exit(2)
}

if (options.length > 0 && wanted.length !== 1) {
  console.error(`${options.join(' ')} is for one benchmark: name it.`)
  process.exit(2)
}

const broken = names
  .filter(name => wanted.length === 0 || wanted.includes(name))
  .filter(name => {
    const file = path.join(import.meta.dirname, `${name}${ending}`)
    return spawnSync(process.execPath, [file, ...options], { stdio: 'inherit' }).status !== 0
  })
console.log(broken.length === 0 ? 'All promises kept.' : `Broken or failed: ${broken.join(', ')}`)
process.exitCode = broken.length === 0 ? 0 : 1
