import { applicationKills } from './application-kills.ts'
import { clockJumps } from './clock-jumps.ts'
import { damagedLibraries } from './damaged-libraries.ts'
import type { Experiment } from './experiment.ts'
import { fullDisk } from './full-disk.ts'
import { kills } from './kills.ts'
import { protocolLines } from './protocol-lines.ts'
import { runFiles } from './run-files.ts'
import { sanitizedLines } from './sanitized-lines.ts'
import { stops } from './stops.ts'

/** What `npm run test:long` does again and again. */
export const experiments: readonly Experiment[] = [
  protocolLines,
  sanitizedLines,
  runFiles,
  damagedLibraries,
  fullDisk,
  kills,
  applicationKills,
  stops,
  clockJumps,
]
