import { Failure } from '../contract/failure.ts'

/** Turns a file of one version into the next. */
type Upgrade = (file: object) => object

/** The upgrade at index n turns version n + 1 into version n + 2. */
const upgrades: readonly Upgrade[] = [
  // Version 2 may order rounds otherwise and may have void samples; what has
  // neither is the same in both.
  file => ({ ...file, format: 'folio-lab/run/2' }),
  // Kernels of version 3 may have boot parameters; one without is the same in both.
  file => ({ ...file, format: 'folio-lab/run/3' }),
  // A plan of version 4 has several folio sizes; the earlier one is a list of one.
  file => ({
    ...file,
    format: 'folio-lab/run/4',
    ...('plan' in file ? { plan: withFolioSizes(file.plan) } : {}),
  }),
  // Machines of version 5 may be arm64 ones; an x86-64 one is the same in both.
  file => ({ ...file, format: 'folio-lab/run/5' }),
]

function withFolioSizes(plan: unknown): unknown {
  if (typeof plan !== 'object' || plan === null || !('folioBytes' in plan)) return plan
  const { folioBytes, ...rest } = plan
  return { ...rest, folioSizes: [folioBytes] }
}

const formatPattern = /^folio-lab\/run\/(\d+)$/

/**
 * Brings parsed JSON to the current version of the format. What is not a run file at all comes back
 * as it is, for the schema to refuse; a file of a newer version is refused here.
 */
export function upgradeRunFile(file: unknown): unknown {
  if (typeof file !== 'object' || file === null || !('format' in file)) return file
  const version = Number(formatPattern.exec(String(file.format))?.[1] ?? 0)
  if (version === 0) return file
  if (version > upgrades.length + 1)
    throw new Failure(
      'bad-input',
      `The file has the format ${String(file.format)}, which is newer than this program.`,
      'Update Folio Lab, then import it again.',
    )
  return upgrades.slice(version - 1).reduce<object>((older, upgrade) => upgrade(older), file)
}
