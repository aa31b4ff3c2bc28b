import { expect, test } from 'vitest'
import type { Plan } from '../../engine/contract/plan.ts'
import {
  carryOverPlan,
  hasFalseAlarm,
  simulateTable,
  usualBias,
  type Carriers,
  type Table,
} from './carry-over.ts'

const rounds = 16 // two whole blocks of eight variants in either order

function tablesOf(order: Plan['order'], carriers: Carriers): Table[] {
  return Array.from({ length: 1000 }, (_, trial) =>
    simulateTable(carryOverPlan(order, rounds, trial), carriers, trial),
  )
}

function falseAlarms(tables: readonly Table[]): number {
  return tables.filter(hasFalseAlarm).length
}

test.each(['one', 'each'] as const)(
  'a carry-over of five percent, left by %s variant, makes no change where there is none, as it did in Latin squares',
  carriers => {
    const [before, now] = [tablesOf(undefined, carriers), tablesOf('williams', carriers)]
    expect(falseAlarms(before)).toBeGreaterThan(250)
    expect(falseAlarms(now)).toBeLessThanOrEqual(50)
    expect(usualBias(before)).toBeGreaterThan(2.5)
    expect(usualBias(now)).toBeLessThan(1.7) // without any carry-over it is 1.3
  },
)
