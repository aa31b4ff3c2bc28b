import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { TargetMachine } from '../engine/contract/target-machine.ts'
import { MachineStore } from './machine-store.ts'
import { temporaryFolder } from '../test/fixtures/temporary-folder.ts'

const epyc: TargetMachine = {
  name: 'epyc',
  address: 'epyc.example.org',
  user: null,
  port: null,
  key: null,
  labels: [],
}

function freshFile(): string {
  return path.join(temporaryFolder('machine-list'), 'machines.json')
}

test('machines are kept under their names until they are removed', () => {
  const file = freshFile()
  const store = new MachineStore(file)
  expect(store.list()).toEqual([])
  store.save(epyc)
  store.save({ ...epyc, name: 'xeon' })
  store.save({ ...epyc, port: 2222 })
  expect(new MachineStore(file).list()).toEqual([
    { ...epyc, port: 2222 },
    { ...epyc, name: 'xeon' },
  ])
  expect(store.find('xeon')).toMatchObject({ name: 'xeon' })
  store.remove('xeon')
  expect(() => store.find('xeon')).toThrow('There is no machine “xeon”')
})

test('a file that is not a list is set aside, not overwritten', () => {
  const file = freshFile()
  writeFileSync(file, 'mine')
  const store = new MachineStore(file)
  expect(store.list()).toEqual([])
  store.save(epyc)
  expect(readdirSync(path.dirname(file))).toHaveLength(2)
})
