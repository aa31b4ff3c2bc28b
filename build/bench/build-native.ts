import path from 'node:path'
import { inProject } from '../setup/paths.mjs'
import { mustRun } from '../setup/programs.mjs'

/**
 * Builds a program of native-bench, named by its place in the folder of the build, with a preset;
 * takes a moment when nothing has changed. Returns its path.
 */
export function buildNative(preset: string, program: string): string {
  const options = { cwd: inProject('native-bench'), advice: 'Fix what the compiler reports.' }
  mustRun('cmake', ['--preset', preset], options)
  mustRun(
    'cmake',
    ['--build', '--preset', preset, '--target', path.basename(program), '--parallel', '2'],
    options,
  )
  return inProject(`out/native/${preset}/${program}`)
}
