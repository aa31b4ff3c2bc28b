import { existsSync } from 'node:fs'
import { inProject } from '../../build/setup/paths.mjs'

/**
 * Builds with sanitizers: the first has them in all of the agent, the second not in the model's
 * schemes.
 */
const builds = ['out/native/asan', 'out/native/sanitized']

/** A program of the agent's build with sanitizers; undefined where it was not built. */
export function sanitizedProgram(name: string): string | undefined {
  return builds.map(build => inProject(build, name)).find(file => existsSync(file))
}
