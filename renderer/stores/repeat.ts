import type { Run } from '../../engine/contract/run.ts'
import { repeatedPlan } from '../view-models/repeated-plan.ts'
import { randomSeed } from '../page/random-seed.ts'
import { useMachine } from './machine.ts'
import { useSession } from './session.ts'

/** Starts the plan of a run again, on the machine that it was measured on. */
export async function repeatRun(run: Pick<Run, 'plan' | 'environment'>): Promise<void> {
  const { facts, machine = null } = run.environment
  const here = useMachine().report?.environment.facts
  // Which kernel another machine runs by now is not known here.
  const { release } = (machine === null && here ? here : facts).kernel
  await useSession().start(repeatedPlan(run, randomSeed(), release), machine)
}
