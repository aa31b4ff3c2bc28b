/**
 * Before the tests: bundles the command line from the present sources. Tests start it hundreds of
 * times, and reading some two hundred files of TypeScript takes each start longer than its work.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { asModule, forNode } from '../build/bundle-process.mjs'
import { labProgram } from './fixtures/lab-program.ts'

export default async function bundleLab(): Promise<void> {
  const { outputFiles } = await build({
    ...forNode,
    ...asModule,
    entryPoints: ['engine/cli/main.ts'],
    sourcemap: false,
    write: false,
  })
  const [bundle] = outputFiles
  if (!bundle) throw new Error('The bundle of the command line is empty.')
  // Other tests may be starting it just now.
  const beside = `${labProgram}.${process.pid}`
  mkdirSync(path.dirname(labProgram), { recursive: true })
  writeFileSync(beside, bundle.contents)
  renameSync(beside, labProgram)
}
