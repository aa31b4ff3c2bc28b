import { expect, test } from 'vitest'
import { isWithinReach } from './window-place.ts'

const left = { x: 0, y: 0, width: 1920, height: 1080 }
const right = { x: 1920, y: 0, width: 1920, height: 1080 }
const window = { width: 1280, height: 840 }

test.each([
  ['inside the only display', { x: 50, y: 50, ...window }, [left], true],
  ['across two displays', { x: 1500, y: 50, ...window }, [left, right], true],
  ['on a display that is gone', { x: 2500, y: 50, ...window }, [left], false],
  ['a corner of it left on the display', { x: 1821, y: 50, ...window }, [left], false],
  ['just enough of it on the display', { x: 1820, y: 50, ...window }, [left], true],
  ['above the display', { x: 50, y: -800, ...window }, [left], false],
  ['no display at all', { x: 0, y: 0, ...window }, [], false],
])('%s', (_case, place, displays, reachable) => {
  expect(isWithinReach(place, displays)).toBe(reachable)
})
