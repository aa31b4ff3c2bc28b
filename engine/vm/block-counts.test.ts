import { expect, onTestFinished, test } from 'vitest'
import { createAnonymousFile } from './anonymous-file.ts'
import { BlockCountReader } from './block-counts.ts'

function counter() {
  const file = createAnonymousFile()
  onTestFinished(file.close)
  const reader = new BlockCountReader(file.descriptor)
  return { reader, write: (text: string) => file.write(Buffer.from(text)) }
}

test('the counts of the operation that ended last are read, those of one address together', () => {
  const { reader, write } = counter()
  write('ffffffff81000000 10\nend\n')
  write('ffffffff81000000 7\n400000 3\nffffffff81000000 5\nend\n')
  expect(reader.last()).toEqual(
    new Map([
      ['ffffffff81000000', 12],
      ['400000', 3],
    ]),
  )
})

test('an operation that has not ended is waited for', () => {
  const { reader, write } = counter()
  expect(reader.last()).toBeNull()
  write('a 1\n')
  expect(reader.last()).toBeNull()
  write('b 2\nend\n')
  expect(reader.last()).toEqual(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  )
  expect(reader.last()).toBeNull()
})
