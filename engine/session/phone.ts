/** Memory after a fork, of schemes of the model and of the running kernel. */
import type { Agent } from '../agent/agent.ts'
import { Failure } from '../contract/failure.ts'
import type { PhoneRequest, PhoneResult } from '../contract/phone.ts'
import { basePageBytes } from '../contract/units.ts'
import { refuseFolioSize } from './admit-plan.ts'

/** Throws what the agent refuses: an unknown scheme, a kernel without such statistics or folios. */
export async function runPhone(
  startAgent: () => Promise<Agent>,
  request: PhoneRequest,
): Promise<PhoneResult[]> {
  const { schemes, withKernel, sizeBytes, folioBytes } = request
  const agent = await startAgent()
  try {
    const results: PhoneResult[] = []
    for (const scheme of schemes) {
      const scenario = await agent.phone({ target: 'model', scheme, sizeBytes, folioBytes })
      results.push({ label: scheme, isKernel: false, scenario })
    }
    return withKernel ? [...results, await ofKernel(agent, request)] : results
  } finally {
    await agent.close()
  }
}

async function ofKernel(agent: Agent, request: PhoneRequest): Promise<PhoneResult> {
  const { changeSettings, sizeBytes, folioBytes } = request
  if (folioBytes === basePageBytes)
    throw new Failure(
      'bad-input',
      'A folio of one page is never partially mapped, so the kernel does not count it.',
      'Choose larger folios.',
    )
  const facts = await agent.facts()
  refuseFolioSize(folioBytes, request, agent.hello, facts)
  if (changeSettings) await agent.settings(folioBytes)
  const scenario = await agent.phone({ target: 'host', sizeBytes, folioBytes })
  return { label: facts.kernel.release, isKernel: true, scenario }
}
