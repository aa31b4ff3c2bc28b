import { expect, test } from 'vitest'
import { exampleFacts, usualScheduling } from '../../test/fixtures/environment.ts'
import { contendedSettings, topologyOf } from './settings.ts'

const plain = { cpus: [0, 1], siblings: [[0], [1]], lastLevelCaches: [[0, 1]], sockets: 1 }

test('one CPU has no contention', () => {
  expect(contendedSettings({ ...plain, cpus: [0] })).toEqual([])
})

test('two cores under one cache: two tasks, once', () => {
  expect(contendedSettings(plain).map(({ label, cpus }) => ({ label, cpus }))).toEqual([
    { label: '2 tasks', cpus: [0, 1] },
  ])
})

test('siblings, caches and sockets are measured where they exist', () => {
  const large = {
    cpus: [0, 1, 2, 3],
    siblings: [
      [0, 2],
      [1, 3],
    ],
    lastLevelCaches: [
      [0, 2],
      [1, 3],
    ],
    sockets: 2,
  }
  expect(contendedSettings(large).map(({ kind, tasks, cpus }) => ({ kind, tasks, cpus }))).toEqual([
    { kind: 'tasks', tasks: 2, cpus: [0, 1] },
    { kind: 'tasks', tasks: 4, cpus: [0, 1, 2, 3] },
    { kind: 'smt-siblings', tasks: 2, cpus: [0, 2] },
    { kind: 'across-sockets', tasks: 2, cpus: [0, 1] },
  ])
})

test('the topology comes from data and unified caches', () => {
  const cpu = {
    vendor: null,
    family: null,
    model: null,
    stepping: null,
    name: null,
    sockets: 1,
    cores: 2,
    threads: 2,
    smt: false,
    online: '0-1',
    caches: [
      { level: 1, type: 'Data', bytes: 32768, sharedCpus: '0' },
      { level: 1, type: 'Instruction', bytes: 32768, sharedCpus: '0' },
      { level: 1, type: 'Data', bytes: 32768, sharedCpus: '1' },
      { level: 3, type: 'Unified', bytes: 33554432, sharedCpus: '0-1' },
    ],
    microcode: null,
    kernelReturns: { kind: null, source: 'not x86' },
  }
  expect(topologyOf({ cpu })).toEqual(plain)
})

test('CPUs that may not be used are not part of the topology', () => {
  const caches = ['0,2', '1,3'].map(sharedCpus => ({ level: 3, type: 'Unified', bytes: 1, sharedCpus }))
  const cpu = { ...exampleFacts.cpu, online: '0-3', caches, sockets: 1 }
  const scheduling = { ...usualScheduling, allowedCpus: '1' }
  expect(topologyOf({ cpu, scheduling })).toEqual({
    cpus: [1],
    siblings: [[1]],
    lastLevelCaches: [[1]],
    sockets: 1,
  })
  expect(contendedSettings(topologyOf({ cpu, scheduling }))).toEqual([])
})
