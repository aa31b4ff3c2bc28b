import { execFileSync } from 'node:child_process'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import type { MachineReport } from '../../contract/api.ts'
import { publishedBenchmarkNames } from '../../contract/benchmark.ts'
import type { Plan } from '../../contract/plan.ts'
import { mebibyte } from '../../contract/units.ts'
import {
  schemeVariant,
  stageNames,
  withArmProcessors,
  withBootParameters,
  withReturns,
  type KernelVariant,
} from '../../contract/variant.ts'
import { addRunCommand } from '../../cli/commands/run.ts'
import { planFrom, type RunOptions } from '../../cli/plan-options.ts'
import { expandCells } from '../../plan/expand-cells.ts'
import { exampleEnvironment } from '../../../test/fixtures/environment.ts'
import { examplePlan } from '../../../test/fixtures/run.ts'
import { repeatCommand } from './repeat-command.ts'

function commandOf(plan: Plan): string | null {
  return repeatCommand({ plan, environment: exampleEnvironment })
}

/** The plan that the command line makes of a command, which a shell has split into words. */
function planOf(command: string): Plan {
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
  const program = new Command('folio-lab').exitOverride()
  addRunCommand(program)
  let options: RunOptions | undefined
  program.commands[0]?.action((given: RunOptions) => void (options = given))
  program.parse(words.split('\0').slice(1, -1), { from: 'user' })
  const hello = { schemes: [], returns: ['plain', 'safe-ret'] } as unknown as MachineReport['hello']
  return planFrom(options!, { environment: exampleEnvironment, hello } as MachineReport)
}

/** What decides about the samples of a plan. */
function measuredBy(plan: Plan): object {
  const { variants, warmupRounds, seed, cpus, changeSettings, stopping, order } = plan
  const stop = stopping.kind === 'rounds' ? stopping : { ...stopping, minimumRounds: 0, maximumRounds: 0 }
  return { cells: expandCells(plan), variants, warmupRounds, seed, cpus, changeSettings, stop, order }
}

function kernel(label: string, file: string): KernelVariant {
  const machine = { memoryBytes: 512 * mebibyte, cpus: 1, clock: 'instructions' } as const
  return { target: 'vm', label, kernel: file, bootParameters: '', ...machine }
}

const model = { target: 'model', variants: stageNames.map(name => schemeVariant(name)) } as const
const [baseline, all] = [schemeVariant('baseline'), schemeVariant('all')]

const armKernel: KernelVariant = { ...kernel('6.12', '/k/Image-6.12'), armProcessor: 'neoverse-n1' }

const plans: Readonly<Record<string, Plan>> = {
  'an arm64 kernel on two processors, without and with words': examplePlan({
    target: 'vm',
    variants: withBootParameters(
      withArmProcessors([armKernel, { ...armKernel, label: '7.3' }], ['cortex-a72', 'max']),
      ['quiet'],
    ),
  }),
  'an arm64 kernel on a processor': examplePlan({ target: 'vm', variants: [armKernel] }),
  'kernels for both architectures, which their names tell': examplePlan({
    target: 'vm',
    variants: [kernel('x86', '/k/6.12-amd64.deb'), { ...armKernel, kernel: '/k/6.12-arm64.deb' }],
  }),
  'two labels with odd characters': examplePlan({
    variants: ['before the patch', "it's $HOME"].map(label => ({ target: 'host', label })),
    cpus: [0, 3],
    changeSettings: true,
  }),
  'the running kernel': examplePlan({ variants: [{ target: 'host', label: '6.15.0' }] }),
  'all stages, every benchmark': examplePlan({
    ...model,
    variants: [...model.variants],
    benchmarks: [...publishedBenchmarkNames],
    tasks: [1, 2],
  }),
  'two kinds of returns': examplePlan({
    target: 'model',
    variants: withReturns([baseline, all], ['plain', 'safe-ret']),
  }),
  'labels of their own, accounting alone': examplePlan({
    target: 'model',
    variants: [baseline, { ...all, label: 'mine' }].map(variant => ({
      ...variant,
      work: 'accounting',
      form: 'posted',
      readers: 2,
    })),
  }),
  'a free configuration': examplePlan({
    target: 'model',
    variants: [
      baseline,
      schemeVariant('free:exclusive=off,scope=values,batch=all,values=precomputed,pagecounts=on', {
        label: 'batch-all',
      }),
    ],
  }),
  'own variants with returns of their own, after two kinds': examplePlan({
    target: 'model',
    variants: [
      ...withReturns([baseline, all], ['plain', 'safe-ret']),
      ...(['plain', 'safe-ret'] as const).map(returns =>
        schemeVariant('free:exclusive=off,scope=values,batch=all,values=precomputed,pagecounts=on', {
          ...{ label: `mine ${returns}`, returns },
        }),
      ),
    ],
  }),
  'until every interval is narrow': examplePlan({
    stopping: {
      kind: 'resolution',
      resolutionPercent: 0.5,
      minimumRounds: 10,
      maximumRounds: 60,
      budgetSeconds: 900,
    },
  }),
  'kernels without and with words': examplePlan({
    target: 'vm',
    variants: withBootParameters(
      [kernel('old', '/boot/vmlinuz-6.1'), kernel('new one', '/tmp/a b/linux-image.deb')],
      ['mitigations=off'],
    ),
    stopping: { kind: 'rounds', rounds: 3 },
  }),
}

test.each(Object.entries(plans))('the command of %s measures the same again', (_name, plan) => {
  expect(measuredBy(planOf(commandOf(plan)!))).toEqual(measuredBy(plan))
})

test('a command is short where usual words say it', () => {
  expect(commandOf(plans['all stages, every benchmark']!)).toBe(
    'folio-lab run --target model --variant all-stages --returns plain --bench all --size 32M --folio 2M ' +
      '--tasks 1,2 --samples 8 --warmup 1 --seed 7',
  )
})

test('what no single command measures has none', () => {
  const mixed = [baseline, { ...all, form: 'posted' as const }]
  expect(commandOf(examplePlan({ target: 'model', variants: mixed }))).toBeNull()
  const ofStage = [...withReturns([baseline, all], ['plain', 'safe-ret']), { ...all, label: 'once more' }]
  expect(commandOf(examplePlan({ target: 'model', variants: ofStage }))).toBeNull()
  const comma = [{ target: 'host' as const, label: 'a,b' }]
  expect(commandOf(examplePlan({ variants: comma }))).toBeNull()
  const nameless = [kernel('x86', '/k/one'), { ...armKernel, kernel: '/k/two' }]
  expect(commandOf(examplePlan({ target: 'vm', variants: nameless }))).toBeNull()
  const withWordsAlone = { ...kernel('k', '/k'), bootParameters: 'quiet' }
  expect(commandOf(examplePlan({ target: 'vm', variants: [withWordsAlone] }))).toBeNull()
})
