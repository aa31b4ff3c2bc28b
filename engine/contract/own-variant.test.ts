import { expect, test } from 'vitest'
import {
  defaultSwitches,
  describeSwitches,
  readOwnVariant,
  readSwitches,
  reasonAgainst,
  schemeOfSwitches,
  shortName,
  stageOfSwitches,
  switchableStages,
  switches,
  switchesOfScheme,
  type Switches,
} from './own-variant.ts'
import { Label } from './variant.ts'

/** Every combination of one word for each switch. */
const combinations = switches.reduce<Record<string, string>[]>(
  (made, { key, choices }) => made.flatMap(one => choices.map(({ word }) => ({ ...one, [key]: word }))),
  [{}],
) as unknown as Switches[]

test('every combination has a name for the agent, from which it can be read back', () => {
  expect(combinations).toHaveLength(3 * 2 * 3 * 3 * 2 * 2 * 9)
  for (const one of combinations) expect(switchesOfScheme(schemeOfSwitches(one))).toEqual(one)
  expect(new Set(combinations.map(schemeOfSwitches)).size).toBe(combinations.length)
})

test('every combination has a short name of its own that fits into a label and a list', () => {
  const names = combinations.filter(one => reasonAgainst(one) === null).map(shortName)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) {
    expect(Label.safeParse(name).success).toBe(true)
    expect(name).not.toMatch(/[,:=]/)
    expect(name.length).toBeLessThanOrEqual(80)
  }
  expect(shortName({ ...defaultSwitches, exclusive: 'cmpxchg', batch: 'all' })).toBe('cmpxchg+batch-all')
})

test('a stage opened as switches is that stage again, and no two stages are the same', () => {
  expect(switchableStages).toEqual(['rmap-id', '123', 'batch', 'exclusive', 'nocmpxchg', 'all'])
  for (const stage of switchableStages) {
    const chosen = switchesOfScheme(stage)!
    expect(stageOfSwitches(chosen)).toBe(stage)
    expect(describeSwitches(chosen)).toBe(`This is the stage “${stage}” of the published series.`)
  }
  expect(combinations.filter(one => stageOfSwitches(one) !== null)).toHaveLength(switchableStages.length)
  expect(switchesOfScheme('baseline')).toBeNull()
  expect(switchesOfScheme('mm-id')).toBeNull()
  expect(switchesOfScheme('free:exclusive=off')).toBeNull()
})

test('the model holds each idea with the writers and scopes that it was built on', () => {
  const held = combinations.filter(one => one.idea !== 'none' && reasonAgainst(one) === null)
  const pairs = new Map<string, string[]>()
  for (const { idea, exclusive, scope, ids } of held)
    if (ids === 'dense') pairs.set(idea, [...(pairs.get(idea) ?? []), `${exclusive},${scope}`])
  const usual = ['off,values', 'cmpxchg,values', 'add-return,values', 'add-return,all']
  expect(Object.fromEntries(pairs)).toEqual({
    'skip-zero': usual,
    lock: ['off,values', 'off,all'],
    'entire-untracked': usual,
    'total-in-sequence': ['off,values'],
    spread: usual,
    squeezed: usual,
    narrow: usual,
    'give-up': usual.slice(1),
  })
})

test('what is not a stage is described by the nearest stage', () => {
  expect(describeSwitches({ ...defaultSwitches, batch: 'all' })).toMatch(/it is “123” with batch=all\.$/)
  expect(describeSwitches({ ...defaultSwitches, scope: 'all' })).toMatch(/PREEMPT_RT/)
})

test('words that are not given are those of 123, or of the stage that is named', () => {
  expect(readSwitches('exclusive=cmpxchg,batch=all')).toEqual({
    ...defaultSwitches,
    exclusive: 'cmpxchg',
    batch: 'all',
  })
  expect(readSwitches('batch=none,from=all')).toEqual({
    ...defaultSwitches,
    exclusive: 'add-return',
    scope: 'all',
  })
  expect(readOwnVariant('mine:batch=all')).toEqual({
    name: 'mine',
    switches: { ...defaultSwitches, batch: 'all' },
  })
  expect(readOwnVariant('batch')).toBeNull()
})

test.each([
  ['mine:exclusive=maybe', /exclusive=maybe does not exist/, /off, cmpxchg, add-return/],
  ['mine:colour=red', /there is no switch “colour”/, /exclusive, scope, batch/],
  ['mine:batch=all,batch=none', /“batch” is given twice/, /once/],
  ['mine:from=baseline', /from=baseline names no stage/, /rmap-id, 123/],
  ['mine:', /there is no switch “”/, /exclusive/],
  ['mine:idea=lock', /idea=lock does not go with the rest/, /batching at remap/],
  [`${'n'.repeat(81)}:batch=all`, /at most 80 characters/, /short name/],
])('%s is refused, and what there is instead is said', (text, message, advice) => {
  expect(() => readOwnVariant(text)).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: expect.stringMatching(message),
      advice: expect.stringMatching(advice),
    }),
  )
})
