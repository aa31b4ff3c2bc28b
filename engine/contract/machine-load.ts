import * as z from 'zod'

/** What a machine did besides measuring while it was looked at. */
export const MachineLoad = z.object({
  /** Processor time of other programs, as a share of one CPU: two of them may take 2. */
  otherPrograms: z.number().nonnegative(),
  /** Taken away by a hypervisor, as a share of all CPUs. */
  stolen: z.number().nonnegative(),
  /**
   * Why it is not quiet, each with its figure, for people and without a full stop;
   * empty on a quiet machine.
   */
  causes: z.array(z.string()),
})
export type MachineLoad = z.infer<typeof MachineLoad>

/** How the wait for a quiet machine goes. */
export const QuietWait = z.object({
  elapsedSeconds: z.number().nonnegative(),
  limitSeconds: z.number().nonnegative(),
  /** Of the last look. */
  load: MachineLoad,
})
export type QuietWait = z.infer<typeof QuietWait>

/** What people are warned with before something is measured; empty on a quiet machine. */
export function notQuietText({ causes }: MachineLoad): string {
  return causes.length === 0 ? '' : `This machine is not quiet: ${causes.join(', ')}.`
}

/** What people see while they wait. */
export function quietWaitText({ elapsedSeconds, limitSeconds, load }: QuietWait): string {
  const why = load.causes.length === 0 ? 'it was quiet just now' : load.causes.join(', ')
  const time = `${Math.round(elapsedSeconds)} of at most ${limitSeconds} s`
  return `Waiting until this machine is quiet (${time}): ${why}.`
}
