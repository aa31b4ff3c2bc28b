import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Facts } from '../contract/environment.ts'
import { gibibyte, mebibyte } from '../contract/units.ts'
import { exampleEnvironment, exampleFacts, usualScheduling } from '../../test/fixtures/environment.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { environmentDifferences } from './environment-difference.ts'
import { fingerprint } from './fingerprint.ts'
import { readPowerSupply, type PowerSource } from './power-supply.ts'
import { preflight } from './preflight.ts'

test('the fingerprint outlives reboots, updates and settings', () => {
  const later: Facts = {
    ...exampleFacts,
    cpu: { ...exampleFacts.cpu, microcode: '0x9', smt: true, threads: 40, online: '0-39' },
    kernel: { ...exampleFacts.kernel, release: '7.0.0' },
    memory: { ...exampleFacts.memory, totalBytes: 95 * gibibyte, availableBytes: 1 },
    load: { ...exampleFacts.load, one: 9 },
    frequency: { ...exampleFacts.frequency, governor: 'powersave' },
  }
  expect(fingerprint(later)).toBe(fingerprint(exampleFacts))
})

test('the fingerprint tells machines apart', () => {
  const identity = { ...exampleFacts.identity, machineIdHash: 'b'.repeat(64) }
  const cpu = { ...exampleFacts.cpu, model: 1 }
  const prints = [exampleFacts, { ...exampleFacts, identity }, { ...exampleFacts, cpu }].map(fingerprint)
  expect(new Set(prints).size).toBe(3)
})

test('environments differ in what matters, named by its path', () => {
  const other = {
    ...exampleEnvironment,
    agentVersion: '0.2.0',
    capturedAt: 1,
    facts: {
      ...exampleFacts,
      frequency: { ...exampleFacts.frequency, boost: true },
      memory: { ...exampleFacts.memory, availableBytes: 5 },
      mitigations: { retbleed: 'Vulnerable' },
      virtualisation: { ...exampleFacts.virtualisation, hypervisor: 'kvm' },
    },
  }
  expect(environmentDifferences(exampleEnvironment, other)).toEqual([
    { field: 'facts.frequency.boost', baseline: 'false', variant: 'true' },
    { field: 'facts.virtualisation.hypervisor', baseline: 'none', variant: 'kvm' },
    { field: 'facts.mitigations.meltdown', baseline: 'Not affected', variant: 'none' },
    { field: 'agentVersion', baseline: '0.1.0', variant: '0.2.0' },
    { field: 'facts.mitigations.retbleed', baseline: 'none', variant: 'Vulnerable' },
  ])
})

test('what one of two environments does not say is not a difference', () => {
  const { scheduling: _, ...facts } = exampleFacts
  const silent = {
    ...exampleEnvironment,
    facts: {
      ...facts,
      kernel: { ...exampleFacts.kernel, commandLine: null, config: {} },
      frequency: { ...exampleFacts.frequency, boost: null },
      mitigations: {},
    },
  }
  const told = {
    ...exampleEnvironment,
    facts: { ...exampleFacts, kernel: { ...exampleFacts.kernel, commandLine: 'quiet' } },
  }
  expect(environmentDifferences(told, silent)).toEqual([])
  expect(environmentDifferences(silent, told)).toEqual([])
})

test.each([
  [{ AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } }, 'mains'],
  [{ AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', status: 'Discharging' } }, 'battery'],
  [{ mouse: { type: 'Battery', status: 'Unknown' } }, 'unknown'],
  [{}, 'unknown'],
])('of the supplies %o the power comes from %s', (supplies, source) => {
  const folder = temporaryFolder('power')
  for (const [name, attributes] of Object.entries(supplies)) {
    mkdirSync(path.join(folder, name))
    for (const [attribute, value] of Object.entries(attributes))
      writeFileSync(path.join(folder, name, attribute), `${value}\n`)
  }
  expect(readPowerSupply(folder)).toBe(source)
})

test('a quiet server passes every check that biases or blocks', () => {
  const grave = preflight(exampleFacts, 'mains').filter(
    ({ status }) => status === 'bias' || status === 'block',
  )
  expect(grave).toEqual([])
})

type Fault = Readonly<{
  check: string
  change: Partial<Facts>
  power?: PowerSource
  status: string
  remedy: RegExp
}>

const { thp, cpu, load, memory, frequency } = exampleFacts
const faults: readonly Fault[] = [
  { check: 'thp', change: { thp: { ...thp, enabled: 'never' } }, status: 'block', remedy: /echo madvise/ },
  {
    check: 'thp',
    change: { thp: { ...thp, enabled: null } },
    status: 'block',
    remedy: /CONFIG_TRANSPARENT_HUGEPAGE/,
  },
  {
    check: 'thp',
    change: { thp: { ...thp, disabledForProcess: true } },
    status: 'block',
    remedy: /MemoryTHP/,
  },
  {
    check: 'thp',
    change: { sysfs: 'missing', thp: { ...thp, enabled: null } },
    status: 'block',
    remedy: /mount/,
  },
  {
    check: 'thp',
    change: { thp: { ...thp, sizes: [{ folioBytes: 2 * mebibyte, enabled: 'never' }] } },
    status: 'block',
    remedy: /hugepages-2048kB/,
  },
  { check: 'sysfs', change: { sysfs: 'read-only' }, status: 'inform', remedy: /container/ },
  {
    check: 'cpus',
    change: { scheduling: { ...usualScheduling, allowedCpus: '1' } },
    status: 'inform',
    remedy: /cpuset/,
  },
  {
    check: 'quota',
    change: { scheduling: { ...usualScheduling, cpuQuota: 0.5 } },
    status: 'bias',
    remedy: /cpu\.max/,
  },
  {
    check: 'scheduling',
    change: { scheduling: { ...usualScheduling, nice: 10 } },
    status: 'bias',
    remedy: /nice/,
  },
  {
    check: 'scheduling',
    change: { scheduling: { ...usualScheduling, policy: 'fifo', priority: 10 } },
    status: 'inform',
    remedy: /chrt/,
  },
  { check: 'mthp', change: { thp: { ...thp, sizes: [] } }, status: 'inform', remedy: /6\.8/ },
  { check: 'ksm', change: { ksm: { run: 1 } }, status: 'bias', remedy: /ksm\/run/ },
  {
    check: 'numa-balancing',
    change: { numa: { ...exampleFacts.numa, balancing: '1' } },
    status: 'bias',
    remedy: /sysctl/,
  },
  {
    check: 'memory',
    change: { memory: { ...memory, availableBytes: 1000 } },
    status: 'bias',
    remedy: /Close/,
  },
  {
    check: 'cgroup',
    change: {
      cgroup: { path: '/x', memoryMaxBytes: gibibyte, memoryCurrentBytes: gibibyte / 2, cpuMax: null },
    },
    status: 'bias',
    remedy: /memory\.max/,
  },
  {
    check: 'swap',
    change: { memory: { ...memory, swapTotalBytes: 9, swapFreeBytes: 9 } },
    status: 'inform',
    remedy: /swapoff/,
  },
  {
    check: 'governor',
    change: { frequency: { ...frequency, governor: 'powersave' } },
    status: 'bias',
    remedy: /cpupower/,
  },
  {
    check: 'governor',
    change: { frequency: { ...frequency, governor: null } },
    status: 'inform',
    remedy: /^$/,
  },
  {
    check: 'boost',
    change: { frequency: { ...frequency, boost: true } },
    status: 'bias',
    remedy: /no_turbo/,
  },
  {
    check: 'boost',
    change: { frequency: { ...frequency, boost: true, driver: 'amd-pstate' } },
    status: 'bias',
    remedy: /cpufreq\/boost/,
  },
  { check: 'smt', change: { cpu: { ...cpu, smt: true } }, status: 'inform', remedy: /smt\/control/ },
  { check: 'power', change: {}, power: 'battery', status: 'bias', remedy: /Plug in/ },
  { check: 'load', change: { load: { ...load, one: 10 } }, status: 'bias', remedy: /top/ },
  {
    check: 'steal',
    change: { load: { ...load, stealPercent: 5 } },
    status: 'bias',
    remedy: /dedicated machine/,
  },
  {
    check: 'virtualisation',
    change: { virtualisation: { hypervisor: 'KVM', balloon: false, freePageReporting: false } },
    status: 'inform',
    remedy: /^$/,
  },
  {
    check: 'ballooning',
    change: { virtualisation: { hypervisor: 'KVM', balloon: true, freePageReporting: true } },
    status: 'bias',
    remedy: /without a balloon device/,
  },
  {
    check: 'clock',
    change: { clock: { ...exampleFacts.clock, source: 'hpet' } },
    status: 'bias',
    remedy: /tsc hpet/,
  },
  { check: 'aslr', change: { aslr: 0 }, status: 'inform', remedy: /randomize_va_space/ },
  {
    check: 'mitigations',
    change: { mitigations: { meltdown: 'Mitigation: PTI' } },
    status: 'inform',
    remedy: /^$/,
  },
  { check: 'kpageflags', change: { kpageflagsReadable: false }, status: 'inform', remedy: /root/ },
  { check: 'perf', change: { perfEventParanoid: 4 }, status: 'inform', remedy: /perf_event_paranoid/ },
]

test.each(faults)('the check $check finds $change', ({ check, change, power, status, remedy }) => {
  const found = preflight({ ...exampleFacts, ...change }, power ?? 'mains').find(({ name }) => name === check)
  expect(found).toMatchObject({
    status,
    finding: expect.stringMatching(/\.$/),
    consequence: expect.stringMatching(/\.$/),
    remedy: expect.stringMatching(remedy),
  })
})
