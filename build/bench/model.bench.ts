/**
 * What the model costs, printed by a program of native-bench: every scheme and operation without contention in ns per page,
 * against the sum of its counted accesses and calls, each at a price measured in the same process, with the reason for
 * every cell above 1.15 of that sum; and the throughput of anon-cow-seq and anon-cow-rand for exclusive writer ×
 * batching × 1, 2, 4 and 8 tasks.
 */
import { spawnSync } from 'node:child_process'
import { buildNative } from './build-native.ts'

const program = buildNative('release', 'model/model_bench')
for (const table of ['speed', 'throughput'])
  if (spawnSync(program, [table], { stdio: 'inherit' }).status !== 0) process.exitCode = 1
