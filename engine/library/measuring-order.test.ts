import { expect, test } from 'vitest'
import { inMeasuringOrder } from './measuring-order.ts'

type Row = Parameters<typeof inMeasuringOrder>[0][number]

function own(at: number): Row {
  return { origin: 'measured', at }
}

function fromFile(at: number): Row {
  return { origin: 'imported', at }
}

test('a clock that was wrong changes nothing in the order of own runs', () => {
  const rows = [own(100), own(9_000), own(0), own(200)]
  expect(inMeasuringOrder(rows)).toEqual(rows)
})

test('runs of files stand where their moments put them, however late they came', () => {
  expect(inMeasuringOrder([own(100), own(200), fromFile(150), fromFile(50), fromFile(300)])).toEqual([
    fromFile(50),
    own(100),
    fromFile(150),
    own(200),
    fromFile(300),
  ])
  expect(inMeasuringOrder([fromFile(2), fromFile(1)])).toEqual([fromFile(1), fromFile(2)])
})

test('what was stored together stays together', () => {
  const [first, second] = [
    { ...own(5), variant: 0 },
    { ...own(5), variant: 1 },
  ]
  expect(inMeasuringOrder([first, second, { ...fromFile(7), variant: 0 }])).toEqual([
    first,
    second,
    { ...fromFile(7), variant: 0 },
  ])
})
