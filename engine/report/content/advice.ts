/** An advice for people: what it says, then what it rests on. */
import { farthestOf, type Advice, type AdvicePart, type Resemblance } from '../../contract/advice.ts'
import { adviceVerdictNames } from '../../text/advice-text.ts'
import { contradictionText } from '../../text/contradiction-text.ts'
import { returnsTitles } from '../../contract/returns.ts'
import { signedPercent } from '../../statistics/words.ts'
import { left, measured, numberCell, right, textCell, type Table } from './table.ts'
import { formatSize } from './words.ts'

type Statement = Readonly<{ name: string; text: string }>

/** Sentence, what to set, and what the machine resembles, as paragraphs. */
export function adviceWords(advice: Advice): string {
  const [answer, ...others] = adviceStatements(advice)
  return [answer?.text ?? '', ...others.map(({ name, text }) => `${name}: ${text}`)].join('\n\n')
}

/** The same as a table, for documents. */
export function adviceStatementTable(advice: Advice): Table {
  return {
    title: 'Answer of the advisor',
    columns: [left('item'), left('text')],
    rows: adviceStatements(advice).map(({ name, text }) => [textCell(name), textCell(text)]),
    notes: [],
  }
}

function adviceStatements({
  sentence,
  recommendation,
  disturbances,
  resembles,
  rule,
  background,
  contradictions = [],
}: Advice): readonly Statement[] {
  return [
    { name: 'Answer', text: sentence },
    ...disturbances.filter(text => !sentence.includes(text)).map(text => ({ name: 'Disturbance', text })),
    ...(background === undefined ? [] : [{ name: 'Background', text: background.sentence }]),
    ...contradictions.map(contradiction => ({
      name: 'Contradicts published results',
      text: contradictionText(contradiction),
    })),
    { name: 'Recommendation', text: recommendation },
    ...(resembles === null ? [] : [{ name: 'Resembles', text: resemblanceWords(resembles) }]),
    { name: 'Rule', text: rule },
  ]
}

function resemblanceWords({ cpu, returns, distancePercent, nextDistancePercent }: Resemblance): string {
  const next = nextDistancePercent === null ? '' : `, ${formatSize(nextDistancePercent)} % from the next`
  return `${cpu}, with ${returnsTitles[returns]}: ${formatSize(distancePercent)} % root mean square difference from its published changes${next}.`
}

/** One row for each part; below them the background, where there is any. */
export function adviceTables(advice: Advice): Table[] {
  const { parts, returns, background, latencies, elapsedSeconds } = advice
  return [
    partTable(
      advice,
      parts,
      `Complete operations in the model with ${returnsTitles[returns]}: change in percent versus shared (atomic) counting`,
      [
        `Measured for ${elapsedSeconds.toFixed(0)} s. anon-cow-seq is throughput, where more is better; all others are times.`,
        'All intervals together hold with at least 95 % confidence. Changes within ±δ also arise from code placement or virtual-CPU placement. Copy: the difference between two separately compiled copies of the same code.',
      ],
    ),
    ...(background === undefined
      ? []
      : [
          partTable(
            advice,
            background.parts,
            `Background: the same with ${returnsTitles[background.returns]}`,
            ['Measured more briefly; for information, not used in the verdict.'],
          ),
        ]),
    ...(latencies.length > 0 ? [latencyTable(advice)] : []),
  ]
}

function latencyTable({ latencies }: Advice): Table {
  return {
    title: 'Background: what one instruction takes, back to back on one word',
    columns: [left('instruction'), right('ns')],
    rows: latencies.map(({ instruction, ns }) => [textCell(instruction), numberCell(ns, formatSize)]),
    notes: [
      'For information; not used in the verdict. Next to independent work, most of this cost is hidden.',
    ],
  }
}

function partTable(
  { candidates }: Advice,
  parts: readonly AdvicePart[],
  title: string,
  notes: readonly string[],
): Table {
  return {
    title,
    keys: 3,
    columns: [
      left('operation'),
      left('tasks'),
      left('way'),
      measured('change', '%'),
      measured('low', '%'),
      measured('high', '%'),
      measured('δ', '%'),
      measured('copy', '%'),
      right('n'),
      left('verdict'),
    ],
    rows: parts.map(part => [
      textCell(part.operation),
      textCell(part.setting.label),
      textCell(candidates[part.candidate]?.label ?? ''),
      numberCell(part.percent, signedPercent),
      numberCell(part.low, signedPercent),
      numberCell(part.high, signedPercent),
      numberCell(part.regionPercent, String),
      numberCell(farthestOf(part.layoutFloor), formatSize),
      numberCell(part.n, String),
      textCell(adviceVerdictNames[part.verdict]),
    ]),
    notes: [...notes],
  }
}
