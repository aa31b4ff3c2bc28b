import { expect, test } from 'vitest'
import { parseMachineTime, parseProcessTime, readMachineTime, readOwnTime } from './processor-time.ts'

test('the machine: idle and waiting time are left out', () => {
  const text =
    'cpu  100 20 30 4000 500 6 7 80 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\ncpu1 1 2 3 4 5 6 7 8 0 0\nintr 9\n'
  const { processors, busy, stolen } = parseMachineTime(text)
  expect(processors).toBe(2)
  expect(busy).toBeCloseTo(1.63)
  expect(stolen).toBeCloseTo(0.8)
})

test('a process whose name holds spaces and parentheses, with its ended children', () => {
  const text = '42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 10 20 300 400 20 0 1 0 12345 0 0'
  expect(parseProcessTime(text)).toBeCloseTo(7.3)
})

test('this machine has been busier than this process', () => {
  expect(readMachineTime().busy).toBeGreaterThan(0)
  expect(readOwnTime(process.pid)).toBeGreaterThan(0)
})
