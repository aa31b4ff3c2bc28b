import { expect, test } from 'vitest'
import { readModelVariants } from './model-variants.ts'

const schemes = ['baseline', 'double-map:reuse=scan', 'all']
const free = 'free:exclusive=off,scope=all,batch=all,values=table,pagecounts=on'

test('schemes, labelled ones, own variants and free configurations stand in one list', () => {
  expect(
    readModelVariants(
      `all,again=all,double-map:reuse=scan,copy:batch,mine:exclusive=cmpxchg,batch=all,${free},x=${free}`,
      schemes,
    ),
  ).toEqual([
    { label: 'all', scheme: 'all' },
    { label: 'again', scheme: 'all' },
    { label: 'double-map:reuse=scan', scheme: 'double-map:reuse=scan' },
    { label: 'copy:batch', scheme: 'copy:batch' },
    {
      label: 'mine',
      scheme: 'free:exclusive=cmpxchg,scope=values,batch=all,values=precomputed,pagecounts=on',
    },
    { label: 'scope-all+batch-all+table', scheme: free },
    { label: 'x', scheme: free },
  ])
})

test('the longest free configuration has a label that a plan takes', () => {
  const longest = 'free:exclusive=add-return,scope=values,batch=remap,values=precomputed,pagecounts=off'
  expect(longest.length).toBeGreaterThan(80)
  expect(readModelVariants(longest, schemes)).toEqual([
    { label: 'add-return+batch-remap+no-pagecounts', scheme: longest },
  ])
})

test('an own variant may say how its functions return, wherever it stands among the words', () => {
  const own = 'free:exclusive=cmpxchg,scope=values,batch=none,values=precomputed,pagecounts=on'
  expect(
    readModelVariants(
      `all,mine:returns=safe-ret,exclusive=cmpxchg,${free},returns=plain,x=${free},returns=host`,
      schemes,
    ),
  ).toEqual([
    { label: 'all', scheme: 'all' },
    { label: 'mine', scheme: own, returns: 'safe-ret' },
    { label: 'scope-all+batch-all+table', scheme: free, returns: 'plain' },
    { label: 'x', scheme: free, returns: 'host' },
  ])
  expect(() => readModelVariants('mine:returns=sideways', schemes)).toThrow(/returns=sideways does not exist/)
  expect(() => readModelVariants('mine:returns=plain,returns=host', schemes)).toThrow(/given twice/)
})

test('a free configuration with a wrong word is refused here, not by the agent', () => {
  expect(() => readModelVariants('free:exclusive=maybe', schemes)).toThrow(/exclusive=maybe does not exist/)
  expect(() => readModelVariants('mine:exclusive=maybe', schemes)).toThrow(/exclusive=maybe does not exist/)
})
