import { existsSync } from 'node:fs'
import { inProject, projectNode } from './paths.mjs'
import { mustRun } from './programs.mjs'
import { hashInputs, hasStamp, writeStamp } from './stamp.mjs'
import { say } from './talk.mjs'

const outputs = [
  'out/main/main.js',
  'out/main/preload.cjs',
  'out/engine/library.js',
  'out/engine/session.js',
  'out/engine/cli.js',
  'out/engine/runner.js',
  'out/licences.json',
]

/** Bundles the application unless it was bundled from the present sources. */
export function bundleApplication() {
  const hash = hashInputs(
    [
      ...['engine', 'main', 'renderer', 'package-lock.json'],
      ...['build/bundle.mjs', 'build/bundle-process.mjs', 'build/package/licences.mjs'],
    ],
    file => !file.endsWith('.test.ts'),
  )
  if (outputs.every(output => existsSync(inProject(output))) && hasStamp('bundle', hash)) return
  say('bundling the application (about 5 s)')
  mustRun(projectNode, ['build/bundle.mjs'], { advice: 'Fix the sources that it names.' })
  writeStamp('bundle', hash)
}
