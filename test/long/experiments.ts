import { damagedLibraries } from './damaged-libraries.ts'
import type { Experiment } from './experiment.ts'
import { fullDisk } from './full-disk.ts'
import { kills } from './kills.ts'
import { protocolLines } from './protocol-lines.ts'
import { runFiles } from './run-files.ts'

/** What `npm run test:long` does again and again. */
export const experiments: readonly Experiment[] = [protocolLines, runFiles, damagedLibraries, fullDisk, kills]
