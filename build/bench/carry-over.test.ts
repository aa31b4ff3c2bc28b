import { expect, test } from 'vitest'
import type { Plan } from '../../engine/contract/plan.ts'
import { quickRounds } from '../../engine/contract/presets.ts'
import {
  carryOverPlan,
  hasFalseAlarm,
  simulateTable,
  usualBias,
  type Carriers,
  type Table,
} from './carry-over.ts'

function tablesOf(order: Plan['order'], carriers: Carriers): Table[] {
  return Array.from({ length: 1000 }, (_, trial) =>
    simulateTable(carryOverPlan(order, quickRounds, trial), carriers, trial),
  )
}

function falseAlarms(tables: readonly Table[]): number {
  return tables.filter(hasFalseAlarm).length
}

test.each(['one', 'each'] as const)(
  'a carry-over of 5 %% (left by %s variant) makes no change where there is none, as it did in Latin squares',
  carriers => {
    const [before, now] = [tablesOf(undefined, carriers), tablesOf('williams', carriers)]
    expect(falseAlarms(before)).toBeGreaterThan(200)
    expect(falseAlarms(now)).toBeLessThanOrEqual(50)
    expect(usualBias(before)).toBeGreaterThan(2.5)
    expect(usualBias(now)).toBeLessThan(1.7) // without any carry-over it is 1.3
  },
)
