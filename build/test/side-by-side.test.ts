import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.mjs'

test('every task is called once, as many at a time as allowed, and results keep their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(8),
      async (scheduler, count, length) => {
        let running = 0
        let most = 0
        const called: number[] = []
        const tasks = Array.from({ length }, (_, index) => async () => {
          called.push(index)
          most = Math.max(most, ++running)
          await scheduler.schedule(Promise.resolve())
          running--
          return index
        })
        const results = sideBySide(count, tasks)
        await scheduler.waitFor(results)
        expect(await results).toEqual(tasks.map((_, index) => index))
        expect(called).toEqual(tasks.map((_, index) => index))
        expect(most).toBe(Math.min(count, length))
      },
    ),
  )
})

test('a task that fails is not hidden by the others', async () => {
  await expect(
    sideBySide(2, [() => Promise.resolve(1), () => Promise.reject(new Error('broken'))]),
  ).rejects.toThrow('broken')
})
