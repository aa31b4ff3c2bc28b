/** Whether the sources of native-bench are laid out as its .clang-format says. */

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { root } from './setup/paths.mjs'

const sources = globSync('native-bench/**/*.{cpp,hpp,c,h}', { cwd: root })
const { error, status } = spawnSync('clang-format', ['--dry-run', '-Werror', ...sources], {
  cwd: root,
  stdio: 'inherit',
})
if (error) console.error(`clang-format cannot be started (Debian: clang-format): ${error.message}`)
process.exitCode = status === 0 ? 0 : 1
