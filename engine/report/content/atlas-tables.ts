/**
 * The atlas as tables: what the advisor says of each machine, and what each stage changes there.
 */
import type { AdviceQuestion } from '../../contract/advice.ts'
import type { Atlas, AtlasAnswer, AtlasMachine } from '../../contract/atlas.ts'
import type { BenchmarkName } from '../../contract/benchmark.ts'
import { returnsTitles } from '../../contract/returns.ts'
import { adviceVerdictNames } from '../../text/advice-text.ts'
import { isoTime } from '../../text/time-text.ts'
import { left, measured, numberCell, textCell, type Table } from './table.ts'
import { formatChange } from './words.ts'

/** One table of answers, and one a benchmark of stages. */
export function atlasTables(atlas: Atlas): Table[] {
  return [answersTable(atlas), ...atlas.benchmarks.map(benchmark => stagesTable(atlas, benchmark))]
}

function answersTable({ machines }: Atlas): Table {
  return {
    title: 'What the advisor says, by processor',
    columns: [left('processor'), left('family'), left('kernel'), left('exclusive writer'), left('batching')],
    rows: machines.map(machine =>
      [
        processorOf(machine),
        machine.family,
        machine.kernelRelease,
        answerWords(machine, 'exclusive-writer'),
        answerWords(machine, 'batching'),
      ].map(textCell),
    ),
    notes: ['In brackets: the returns of the model’s functions, and when the advisor was asked.'],
  }
}

function stagesTable({ machines, stages }: Atlas, benchmark: BenchmarkName): Table {
  const measuredOn = machines.filter(({ changes }) => changes.some(change => change.benchmark === benchmark))
  return {
    title: `Percent change of ${benchmark} in each stage of the series, against the baseline of the same machine`,
    columns: [left('processor'), left('returns'), ...stages.map(stage => measured(stage, '%'))],
    rows: measuredOn.map(machine => [
      textCell(processorOf(machine)),
      textCell(machine.returns === null ? '' : returnsTitles[machine.returns]),
      ...stages.map(stage => {
        const change = machine.changes.find(one => one.stage === stage && one.benchmark === benchmark)
        return numberCell(change?.percent ?? null, formatChange)
      }),
    ]),
    notes: ['Measured in the model, not on kernels.'],
  }
}

function processorOf({ cpu, name }: AtlasMachine): string {
  return cpu === '' ? name : cpu
}

/** Newest first; under several kinds of returns all of them. */
function answerWords({ answers }: AtlasMachine, question: AdviceQuestion): string {
  return answers
    .filter(answer => answer.question === question)
    .sort((one, other) => other.createdAt - one.createdAt)
    .map(answerText)
    .join('; ')
}

function answerText({ verdict, returns, createdAt }: AtlasAnswer): string {
  return `${adviceVerdictNames[verdict]} (${returnsTitles[returns]}, ${isoTime(createdAt).slice(0, 10)})`
}
