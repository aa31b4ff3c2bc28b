import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { installWindowLab } from '../../../test/fakes/window-lab.ts'
import { cellOf, concludedAdvice } from '../../../test/fixtures/concluded-advice.ts'
import { exampleReport } from '../../../test/fixtures/machine-report.ts'
import { useMachine } from '../../stores/machine.ts'
import AdviceReport from './AdviceReport.vue'

const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:any(.*)*', component: { template: '<div />' } }],
})

beforeEach(() => {
  setActivePinia(createPinia())
  installWindowLab(
    { noiseFloors: () => [] },
    { inspectMachine: () => exampleReport, lastMachineReport: () => null },
  )
})

test('nothing in the answer of another machine speaks of this one as the measured one', async () => {
  await useMachine().ensure()
  const { facts } = exampleReport.environment
  const identity = { ...facts.identity, machineIdHash: 'of another' }
  const answers = [
    concludedAdvice([cellOf('munmap', [0.8, 1, 1])]),
    concludedAdvice([cellOf('munmap', [1.2, 1.2, 1.2])]),
    concludedAdvice([cellOf('munmap', [0.8, 1, 1])], ['That ran.']),
  ]
  for (const answer of answers) {
    const environment = { ...answer.environment, facts: { ...facts, identity } }
    const advice = {
      ...answer,
      environment,
      resembles: {
        ...{ machine: 'server', cpu: 'A Server CPU', returns: 'plain' as const, distancePercent: 3 },
        nextDistancePercent: 12,
        compared: [{ operation: 'munmap' as const, publishedPercent: -18, measuredPercent: -20 }],
      },
      contradictions: [
        {
          ...{ cpu: 'A Server CPU', operation: 'munmap' as const, candidate: 'exclusive by cmpxchg' },
          ...{ returns: 'plain' as const, measuredPercent: -20, publishedPercent: 6 },
        },
      ],
    }
    const text = mount(AdviceReport, { props: { advice }, global: { plugins: [router] } }).text()
    expect(text).toContain(facts.cpu.name)
    expect(text).not.toMatch(/\bhere\b|this (CPU|kernel|processor)/i)
    // What is left to do is done on this machine.
    expect(text.match(/this machine/g)).toHaveLength(1)
  }
})
