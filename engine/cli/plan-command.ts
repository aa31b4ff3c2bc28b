import type { Command } from 'commander'
import { presetNames } from '../plan/presets.ts'
import { returnsChoices } from '../contract/returns.ts'
import { targetNames } from '../contract/variant.ts'

/** The options of a plan, for every command that measures by one; `vm` needs more than these. */
export function addPlanOptions(command: Command, targets: string = targetNames.join(', ')): Command {
  return command
    .option('--preset <NAME>', `the preset to start the plan from: ${presetNames.join(', ')}`, 'quick')
    .option('--target <NAME>', `where operations run: ${targets}`, 'host')
    .option('--bench <LIST>', 'benchmarks separated by commas, or “all”')
    .option(
      '--variant <LIST>',
      'host: labels, measured interleaved; model: schemes, “all-stages”, “all-schemes”, or own variants such as mine:exclusive=cmpxchg,batch=all',
    )
    .option('--size <BYTES>', 'size of the region, such as 64M or 1G')
    .option('--folio <LIST>', 'folio sizes, such as 4K,64K,2M; 4K are single pages')
    .option('--tasks <LIST>', 'task counts for anon-cow-seq and anon-cow-rand')
    .option('--samples <N>', 'samples of each case')
    .option('--budget <TIME>', 'stop after this time, such as 60s')
    .option('--resolution <PERCENT>', 'stop when every interval is within ± this')
    .option('--warmup <N>', 'warm-up rounds: recorded, and excluded from statistics')
    .option('--seed <N>', 'seed for the order of samples and for random choices within them')
    .option('--cpus <LIST>', 'CPUs to pin the tasks to, in turn')
    .option('--change-settings', 'let the agent change THP settings for the run; it restores them')
    .option('--work <KIND>', 'model: full operations, or accounting: the accounting calls alone', 'full')
    .option(
      '--form <NAME>',
      'model: sound, the corrected code; or posted, exactly as posted in 2023',
      'sound',
    )
    .option('--readers <N>', 'model: concurrent readers', '0')
    .option(
      '--returns <LIST>',
      `model: how functions return: ${returnsChoices.join(', ')}; several are measured interleaved`,
      'host',
    )
    .option('--label <TEXT>', 'name of the run')
}
