/** A run as the files that another system takes: the one table of systems. */
import type { ExportedFile, OtherSystem } from '../../contract/other-system.ts'
import type { Run } from '../../contract/run.ts'
import { showControls } from '../../text/escape-text.ts'
import { kcidbReport } from './kcidb.ts'
import { lavaLines } from './lava.ts'
import { lkpMatrices } from './lkp.ts'
import { mmtestsFolder } from './mmtests.ts'
import { openMetrics } from './openmetrics.ts'

/** One file for most; for mmtests a folder of them. */
export function filesForSystem(run: Run, system: OtherSystem): ExportedFile[] {
  switch (system) {
    case 'kcidb':
      return [{ path: 'kcidb.json', text: jsonText(kcidbReport(run)) }]
    case 'lava':
      return [{ path: 'lava.txt', text: lavaLines(run) }]
    case 'lkp':
      return [{ path: 'lkp.json', text: jsonText(lkpMatrices(run)) }]
    case 'mmtests':
      return mmtestsFolder(run)
    case 'openmetrics':
      return [{ path: 'openmetrics.txt', text: openMetrics(run) }]
  }
}

function jsonText(value: object): string {
  return `${showControls(JSON.stringify(value, null, 2))}\n`
}
