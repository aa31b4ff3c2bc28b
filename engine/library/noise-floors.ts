/** Noise floors of machines, from the A/A rounds of their calibrations. */
import { cellKey, type Cell } from '../contract/case.ts'
import type { NoiseFloor } from '../contract/noise-floor.ts'
import type { RunId } from '../contract/run.ts'
import type { Percent, Timestamp } from '../contract/units.ts'
import type { Variant } from '../contract/variant.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import { detectableEffect } from '../statistics/detectable-effect.ts'
import { percentChange } from '../statistics/log-ratio.ts'
import { medianInterval } from '../statistics/median-interval.ts'
import { calibrate, leastTables, splitIntoTables } from '../statistics/noise-floor.ts'
import { calibratedCells, calibrationRatios, type CalibratedCell } from './calibrations.ts'
import type { Database } from './database.ts'
import { groupBy } from '../comparison/group-by.ts'
import { noiseKind } from '../text/noise-kind.ts'

/** As many as a comparison has by default. */
const roundsPerTable = 10
const shownRounds = 20 // for which a floor's detectable change is reported: the recommended number

/** What is known of the noise of one machine. */
export type MachineNoise = Readonly<{
  floors: () => NoiseFloor[]
  /**
   * The floor that holds for a cell; null where none was measured, or the machine does not hold it.
   */
  floorFor: (variant: Variant, cell: Cell) => NoiseFloor | null
  /**
   * The smallest change (percent) of a cell that so many rounds show with 80 % power;
   * null without a calibration.
   */
  detectableFor: (variant: Variant, cell: Cell, rounds: number, confidence: number) => Percent | null
}>

type Series = Readonly<{ kind: string; placement: string; cell: Cell; parts: readonly CalibratedCell[] }>

/** The machine that measured a run; null when there is no such run. */
export function machineOfRun(database: Database, runId: RunId): number | null {
  return (
    database
      .prepare<[string], number>(
        'SELECT machine_id FROM run JOIN environment ON environment.id = run.environment_id WHERE run.id = ?',
      )
      .pluck()
      .get(runId) ?? null
  )
}

/** The machine with this fingerprint; null when it has measured nothing yet. */
export function machineOfFingerprint(database: Database, fingerprint: string): number | null {
  return (
    database
      .prepare<[string], number>('SELECT id FROM machine WHERE fingerprint = ?')
      .pluck()
      .get(fingerprint) ?? null
  )
}

/**
 * Reads what the calibrations of a machine have shown, each cell when it is asked for,
 * once. A floor holds for what was measured on the same processors: `placement` is that of
 * the run that it is asked for.
 */
export function readMachineNoise(
  database: Database,
  machineId: number | null,
  placement: string,
): MachineNoise {
  const all = machineId === null ? [] : seriesOf(calibratedCells(database, machineId))
  const known = new Map<Series, Readonly<{ ratios: number[][]; floor: NoiseFloor | null }>>()

  function noiseOf(series: Series): Readonly<{ ratios: number[][]; floor: NoiseFloor | null }> {
    const found = known.get(series)
    if (found) return found
    const ratios = series.parts.flatMap(part => calibrationRatios(database, part))
    const noise = { ratios, floor: floorOf(series, ratios) }
    known.set(series, noise)
    return noise
  }

  /** Those that hold for a cell, the ones measured most alike first. */
  function seriesFor(variant: Variant, { benchmark, parameters }: Cell): Series[] {
    const { sizeBytes, folioBytes, tasks } = parameters
    return all
      .filter(
        ({ kind, placement: calibrated, cell }) =>
          kind === noiseKind(variant) &&
          calibrated === placement &&
          cell.benchmark === benchmark &&
          cell.parameters.folioBytes === folioBytes &&
          cell.parameters.tasks === tasks &&
          cell.parameters.sizeBytes <= sizeBytes,
      )
      .sort((one, other) => other.cell.parameters.sizeBytes - one.cell.parameters.sizeBytes)
  }

  return {
    floors: () => all.flatMap(series => noiseOf(series).floor ?? []),
    floorFor: (variant, cell) =>
      seriesFor(variant, cell)
        .map(series => noiseOf(series).floor)
        .find(floor => floor?.notCalibrated === null) ?? null,
    detectableFor: (variant, cell, rounds, confidence) => {
      const [closest] = seriesFor(variant, cell)
      const effect = closest && detectableEffect(noiseOf(closest).ratios.flat(), rounds, confidence)
      return typeof effect === 'number' ? percentChange(effect) : null
    },
  }
}

/** The cells that all calibrations of a machine have measured alike. */
function seriesOf(cells: readonly CalibratedCell[]): Series[] {
  const groups = groupBy(cells, ({ variant, placement, cell }) =>
    JSON.stringify([noiseKind(variant), placement, cellKey(cell)]),
  )
  return [...groups.values()].flatMap(parts => {
    const [first] = parts
    if (!first) return []
    return [{ kind: noiseKind(first.variant), placement: first.placement, cell: first.cell, parts }]
  })
}

function floorOf({ kind, placement, cell, parts }: Series, ratios: readonly number[][]): NoiseFloor | null {
  const tables = ratios.flatMap(series => splitIntoTables(series, roundsPerTable)).map(tableOf)
  const floor = calibrate(tables)
  const [first] = parts
  if (!floor || !first) return null
  const effect = detectableEffect(ratios.flat(), shownRounds, defaultConfidence)
  return {
    target: first.variant.target,
    what: placement === '' ? kind : `${kind}, ${placement}`,
    cell,
    ...floor,
    tablesNeeded: leastTables,
    detectablePercent: effect === null ? null : percentChange(effect),
    calibrations: parts.length,
    days: new Set(parts.map(({ at }) => dayOf(at))).size,
    lastAt: Math.max(...parts.map(({ at }) => at)),
  }
}

function dayOf(at: Timestamp): string {
  return new Date(at).toISOString().slice(0, 10)
}

function tableOf(logRatios: readonly number[]): Parameters<typeof calibrate>[0][number] {
  const found = medianInterval(logRatios, defaultConfidence)
  const n = logRatios.length
  if (found === null) return { percent: null, low: null, high: null, n }
  const [percent, low, high] = [found.median, found.low, found.high].map(percentChange)
  return { percent: percent ?? null, low: low ?? null, high: high ?? null, n }
}
