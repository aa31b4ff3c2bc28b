import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bisect } from './bisect.ts'

test('the first that changed is found, with no more measurements than halving needs', async () => {
  const lists = fc.integer({ min: 2, max: 200 }).chain(count => fc.tuple(fc.constant(count), fc.nat(count)))
  await fc.assert(
    fc.asyncProperty(lists, async ([count, first]) => {
      const asked: number[] = []
      const found = await bisect(count, index => {
        asked.push(index)
        return Promise.resolve(index >= first && first > 0)
      })
      const isThere = first > 0 && first < count
      expect(found).toEqual(
        isThere ? { changed: first, unchanged: first - 1 } : { changed: null, unchanged: count - 1 },
      )
      expect(asked.length).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(Math.max(1, count - 1))))
      expect(new Set(asked).size).toBe(asked.length)
    }),
  )
})

test('what cannot be measured is left between the last unchanged and the first changed', async () => {
  const lists = fc.array(fc.constantFrom('good', 'bad', 'broken'), { minLength: 1, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(lists, async kinds => {
      const order = ['good', ...kinds.filter(kind => kind !== 'bad'), ...kinds.filter(kind => kind === 'bad')]
      const { changed, unchanged } = await bisect(order.length, index =>
        Promise.resolve(order[index] === 'broken' ? null : order[index] === 'bad'),
      )
      const firstBad = order.indexOf('bad')
      expect(changed).toBe(firstBad === -1 ? null : firstBad)
      expect(order[unchanged]).toBe('good')
      expect(order.slice(unchanged + 1, changed ?? order.length)).not.toContain('good')
    }),
  )
})
