/** Rounds that came out whole: every variant of a cell was measured, valid and not void. */
import type { Plan } from '../contract/plan.ts'
import type { Sample } from '../contract/sample.ts'

/** How many measured rounds of each cell are whole among those before round `before` of the run. */
export function wholeRounds(
  { variants }: Plan,
  cellCount: number,
  samples: readonly Sample[],
  before = Infinity,
): number[] {
  const counting = new Map<string, number>()
  for (const { cellIndex, round, session, warmup, voidReason, measurement } of samples) {
    if (warmup || round >= before || voidReason !== undefined || !measurement.valid) continue
    const key = `${cellIndex} ${round} ${session}` // samples of different sessions are not paired
    counting.set(key, (counting.get(key) ?? 0) + 1)
  }
  const whole = Array.from({ length: cellCount }, () => 0)
  for (const [key, count] of counting) {
    const cellIndex = Number(key.split(' ', 1)[0])
    if (count === variants.length) whole[cellIndex] = (whole[cellIndex] ?? 0) + 1
  }
  return whole
}
