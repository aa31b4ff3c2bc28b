import { expect, test } from 'vitest'
import { readKernelNames } from './kernel-names.ts'

/** What the list comes to where there are these files. */
function read(text: string, ...files: readonly string[]) {
  return readKernelNames(text, file => files.includes(file)).map(({ label, kernel }) => [label, kernel])
}

test('kernels stand between commas, with or without a label', () => {
  expect(read('6.1.0-37-amd64, new=/k/bzImage,,', '/k/bzImage')).toEqual([
    ['6.1.0-37-amd64', '6.1.0-37-amd64'],
    ['new', '/k/bzImage'],
  ])
  expect(read('')).toEqual([])
})

test('a comma belongs to a path when there is such a file', () => {
  expect(read('/a,b/k.deb', '/a,b/k.deb')).toEqual([['k', '/a,b/k.deb']])
  expect(read('/x,new=/a,b,c/k,/y', '/a,b,c/k', '/x', '/y')).toEqual([
    ['x', '/x'],
    ['new', '/a,b,c/k'],
    ['y', '/y'],
  ])
})

test('a label may hold a slash, and a path an equals sign', () => {
  expect(read('feature/x=/k.deb', '/k.deb')).toEqual([['feature/x', '/k.deb']])
  expect(read('opt=y/bzImage', 'opt=y/bzImage')).toEqual([['bzImage', 'opt=y/bzImage']])
  expect(read('/opt=y/none')).toEqual([['none', '/opt=y/none']])
  expect(read('./opt=y/none')).toEqual([['none', './opt=y/none']])
})
