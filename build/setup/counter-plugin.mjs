/**
 * The plugin of QEMU that counts instructions by function. It is built where a C compiler and QEMU
 * are; without it the lab says so when it is wanted.
 */

import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { inProject } from './paths.mjs'
import { findProgram, run } from './programs.mjs'
import { hashInputs, hasStamp, writeStamp } from './stamp.mjs'
import { say } from './talk.mjs'

const plugin = inProject('out/native/release/folio-count.so')
const source = 'native-bench/plugin/count_blocks.c'
const compiler = 'gcc'
const emulator = 'qemu-system-x86_64'

/** Builds it unless it was built from the present source for the QEMU that is installed. */
export function buildCounterPlugin() {
  if (!findProgram(compiler) || !findProgram(emulator)) return
  const plugInterface = interfaceOf(run(emulator, ['--version']).output)
  const stamp = `${hashInputs(['native-bench/plugin'])} ${plugInterface}`
  if (existsSync(plugin) && hasStamp('counter-plugin', stamp)) return
  mkdirSync(path.dirname(plugin), { recursive: true })
  const options = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC']
  const words = [
    ...[...options, '-fvisibility=hidden', `-I${inProject('native-bench')}`],
    ...[`-DFOLIO_PLUGIN_INTERFACE=${plugInterface}`, '-o', plugin, inProject(source)],
  ]
  const { ok, output } = run(compiler, words)
  if (ok) writeStamp('counter-plugin', stamp)
  else say(`the plugin that counts by function cannot be built: ${output.trim().split('\n').at(-1) ?? ''}`)
}

/**
 * QEMU takes plugins of one version of its interface, which changed with 9.0.
 *
 * @param {string} version what QEMU says about itself
 */
function interfaceOf(version) {
  const [, major = '7'] = /version (\d+)/.exec(version) ?? []
  return Number(major) < 9 ? 1 : 2
}
