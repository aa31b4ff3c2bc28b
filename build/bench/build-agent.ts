import { inProject } from '../setup/paths.mjs'
import { mustRun } from '../setup/programs.mjs'

/** Builds the agent with a preset of native-bench, which takes a moment when nothing has changed; returns its path. */
export function buildAgent(preset: string): string {
  const options = { cwd: inProject('native-bench'), advice: 'Mend what the compiler names.' }
  mustRun('cmake', ['--preset', preset], options)
  mustRun('cmake', ['--build', '--preset', preset, '--target', 'folio-agent', '--parallel', '2'], options)
  return inProject(`out/native/${preset}/folio-agent`)
}
