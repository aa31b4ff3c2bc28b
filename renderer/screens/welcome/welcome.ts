import type { MachineReport } from '../../../engine/contract/api.ts'
import type { Plan } from '../../../engine/contract/plan.ts'
import {
  newForm,
  readForm,
  withMachine,
  withPreset,
  withPublishedTable,
} from '../../view-models/plan-form.ts'

/** A first run that a newcomer starts with one click. */
export type WelcomePlan = Readonly<{
  id: 'model' | 'host'
  title: string
  text: string
  time: string
  action: string
  plan: Plan
}>

/**
 * The published table on this processor, where the agent has the model; and this kernel,
 * measured against itself.
 */
export function welcomePlans(report: MachineReport, seed: number): readonly WelcomePlan[] {
  const form = newForm(report, seed)
  const model = withPublishedTable(
    withPreset(withMachine(form, { target: 'model' }, report), 'quick', report),
    report,
  )
  const plans: readonly (Omit<WelcomePlan, 'plan'> & Readonly<{ plan: Plan | null }>)[] = [
    {
      id: 'model',
      title: 'Which optimisation pays on this processor?',
      text: 'Runs the kernel’s accounting itself, in eight stages from the baseline to all optimisations, and shows the percent change of each as the published tables do.',
      time: '1–3 minutes; makes no changes to this machine',
      action: 'Measure the eight stages',
      plan: readForm(model).plan,
    },
    {
      id: 'host',
      title: 'What do the operations cost on this kernel?',
      text: 'Times the real operations of the running kernel twice, under two names. Any difference between the two is noise.',
      time: 'About a minute',
      action: 'Measure this kernel',
      plan: readForm(form).plan,
    },
  ]
  return plans.flatMap(({ plan, ...rest }) => (plan ? [{ ...rest, plan }] : []))
}
