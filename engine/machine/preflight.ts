/**
 * Whether a machine is fit to measure: each check reads some facts, judges them, and names the
 * command that fixes what it finds. A check that cannot be read says so instead of passing.
 */
import type { Facts, PreflightCheck } from '../contract/environment.ts'
import { formatBytes } from '../text/size-text.ts'
import { allowedCpus } from '../contract/processors.ts'
import { gibibyte, mebibyte } from '../contract/units.ts'
import type { PowerSource } from './power-supply.ts'

/** How a check turned out; consequence and remedy belong to everything but `pass`. */
type Judgement =
  | Readonly<{ status: 'pass'; finding: string }>
  | Readonly<{ status: 'inform' | 'bias' | 'block'; finding: string; consequence: string; remedy: string }>

type Check = Readonly<{
  name: string
  title: string
  judge: (facts: Facts, power: PowerSource) => Judgement
}>

const thpFolder = '/sys/kernel/mm/transparent_hugepage'
const busyLoadPerThread = 0.2 // one busy CPU in five disturbs a round in five
const stealLimitPercent = 1 // as much as the smallest change of interest
const smallestMemory = gibibyte // the quick preset at its smallest region, with room for the system

/** Runs every check on the facts of a machine. */
export function preflight(facts: Facts, power: PowerSource): PreflightCheck[] {
  return checks.map(({ name, title, judge }) => ({
    name,
    title,
    consequence: '',
    remedy: '',
    ...judge(facts, power),
  }))
}

const checks: readonly Check[] = [
  { name: 'thp', title: 'Transparent huge pages', judge: judgeThp },
  { name: 'mthp', title: 'Other folio sizes', judge: judgeOtherSizes },
  { name: 'sysfs', title: 'Settings of the kernel', judge: judgeSysfs },
  { name: 'khugepaged', title: 'khugepaged', judge: judgeKhugepaged },
  { name: 'ksm', title: 'Kernel samepage merging', judge: judgeKsm },
  { name: 'numa-balancing', title: 'NUMA balancing', judge: judgeNumaBalancing },
  { name: 'memory', title: 'Available memory', judge: judgeMemory },
  { name: 'cgroup', title: 'Memory limit of the cgroup', judge: judgeCgroup },
  { name: 'cpus', title: 'CPUs that may be used', judge: judgeCpus },
  { name: 'quota', title: 'CPU quota of the cgroup', judge: judgeQuota },
  { name: 'scheduling', title: 'Scheduling class', judge: judgeScheduling },
  { name: 'swap', title: 'Swap', judge: judgeSwap },
  { name: 'governor', title: 'Frequency governor', judge: judgeGovernor },
  { name: 'boost', title: 'Boost', judge: judgeBoost },
  { name: 'smt', title: 'Simultaneous multithreading', judge: judgeSmt },
  { name: 'power', title: 'Power supply', judge: judgePower },
  { name: 'load', title: 'Load', judge: judgeLoad },
  { name: 'steal', title: 'Stolen time', judge: judgeSteal },
  { name: 'virtualisation', title: 'Virtualisation', judge: judgeVirtualisation },
  { name: 'ballooning', title: 'Ballooning and free page reporting', judge: judgeBallooning },
  { name: 'clock', title: 'Clock', judge: judgeClock },
  { name: 'aslr', title: 'Address space layout randomisation', judge: judgeAslr },
  { name: 'mitigations', title: 'Mitigations', judge: judgeMitigations },
  { name: 'kpageflags', title: 'Page flags', judge: judgePageFlags },
  { name: 'perf', title: 'Performance counters', judge: judgePerf },
]

function pass(finding: string): Judgement {
  return { status: 'pass', finding }
}

function unknown(what: string): Judgement {
  return {
    status: 'inform',
    finding: `${what} cannot be read on this machine.`,
    consequence: 'This could not be checked.',
    remedy: '',
  }
}

function judgeThp({ thp, sysfs }: Facts): Judgement {
  if (sysfs === 'missing')
    return {
      status: 'block',
      finding: '/sys is not mounted here.',
      consequence: 'Neither the sizes of folios nor their settings can be read.',
      remedy: 'sudo mount -t sysfs sysfs /sys; a container has to be started with /sys',
    }
  if (thp.disabledForProcess === true)
    return {
      status: 'block',
      finding: 'Huge pages are switched off for this process by whatever started it (PR_SET_THP_DISABLE).',
      consequence: 'The kernel makes no large folios for it, so no sample could be valid.',
      remedy: 'Start the lab from another shell, or without MemoryTHP=disable in its systemd unit.',
    }
  if (thp.enabled === null)
    return {
      status: 'block',
      finding: 'This kernel has no transparent huge pages.',
      consequence: 'There are no large folios to measure.',
      remedy: 'Boot a kernel built with CONFIG_TRANSPARENT_HUGEPAGE.',
    }
  if (thp.enabled === 'never')
    return {
      status: 'block',
      finding: 'enabled is “never”.',
      consequence: 'The kernel refuses to make large folios.',
      remedy: `echo madvise | sudo tee ${thpFolder}/enabled`,
    }
  const ofHugePage = thp.sizes.find(({ folioBytes }) => folioBytes === 2 * mebibyte)
  if (ofHugePage?.enabled === 'never')
    return {
      status: 'block',
      finding: `enabled is “${thp.enabled}”, but “never” for folios of 2 MiB.`,
      consequence: 'The kernel refuses to make folios of the usual size.',
      remedy: `echo inherit | sudo tee ${thpFolder}/hugepages-2048kB/enabled`,
    }
  return pass(`enabled is “${thp.enabled}”.`)
}

function judgeSysfs({ sysfs }: Facts): Judgement {
  if (sysfs !== 'read-only') return pass(sysfs === 'missing' ? 'There is no /sys.' : '/sys is not read-only.')
  return {
    status: 'inform',
    finding: '/sys is mounted read-only, as in containers.',
    consequence: 'No setting can be changed, by root either: a run that needs other THP settings is refused.',
    remedy: 'Start the container with a writable /sys, or measure outside of it.',
  }
}

function judgeCpus(facts: Facts): Judgement {
  if (!facts.scheduling) return unknown('The list of usable CPUs')
  const { threads } = facts.cpu
  const allowed = allowedCpus(facts).length
  if (threads === null || allowed >= threads) return pass(`All ${allowed}.`)
  return {
    status: 'inform',
    finding: `${allowed} of ${threads}: ${facts.scheduling.allowedCpus}.`,
    consequence:
      'Presets use no more tasks than that; results are only compared with others measured on the same CPUs.',
    remedy: 'To use all CPUs, start the lab without taskset, or in a control group with a larger cpuset.',
  }
}

function judgeQuota({ scheduling }: Facts): Judgement {
  if (!scheduling) return unknown('The CPU quota')
  if (scheduling.cpuQuota === null) return pass('There is none.')
  return {
    status: 'bias',
    finding: `It is ${scheduling.cpuQuota} CPUs.`,
    consequence: 'Once it is used up, samples are paused until the next period.',
    remedy: 'Raise cpu.max of the cgroup, or start the lab outside of it.',
  }
}

function judgeScheduling({ scheduling }: Facts): Judgement {
  if (!scheduling?.policy) return unknown('The scheduling class')
  const { policy, priority, nice } = scheduling
  if (policy === 'other' && nice === 0) return pass('The default class, at nice 0.')
  const isPreferred = ['fifo', 'rr', 'deadline'].includes(policy) || (policy === 'other' && nice < 0)
  return {
    status: isPreferred ? 'inform' : 'bias',
    finding: `The class is “${policy}”${isPreferred && policy !== 'other' ? `, priority ${priority}` : `, at nice ${nice}`}.`,
    consequence: isPreferred
      ? 'Other programs, including parts of the kernel, wait for the lab; results are only compared with others from the same class.'
      : 'Other programs go first, so samples contain pauses.',
    remedy: 'Start the lab without chrt and nice.',
  }
}

function judgeOtherSizes({ thp }: Facts): Judgement {
  const usable = thp.sizes.filter(({ enabled }) => enabled !== 'never')
  const names = thp.sizes.map(({ folioBytes }) => formatBytes(folioBytes)).join(', ')
  if (thp.sizes.length === 0)
    return {
      status: 'inform',
      finding: 'This kernel has folios of one size only.',
      consequence: 'Sizes below a huge page cannot be measured.',
      remedy: 'Boot a kernel of version 6.8 or later to measure them.',
    }
  if (usable.length > 1) return pass(`${usable.length} of the sizes ${names} are allowed.`)
  return {
    status: 'inform',
    finding: `The kernel offers ${names}; those below a huge page are set to “never”.`,
    consequence: 'Measuring these sizes needs a different THP setting.',
    remedy:
      'Tick “May change THP settings” in New run (--change-settings), as root; they are restored after the run.',
  }
}

function judgeKhugepaged({ thp }: Facts): Judgement {
  if (thp.khugepagedDefrag === null) return unknown('The khugepaged setting')
  return pass(
    `khugepaged/defrag is ${thp.khugepagedDefrag}; a sample during which it collapsed pages is marked invalid.`,
  )
}

function judgeKsm({ ksm }: Facts): Judgement {
  if (ksm.run === null) return pass('This kernel has no samepage merging.')
  if (ksm.run !== 1) return pass('Samepage merging is off.')
  return {
    status: 'bias',
    finding: 'Samepage merging runs.',
    consequence: 'It scans memory beside the benchmark and may split folios.',
    remedy: 'echo 0 | sudo tee /sys/kernel/mm/ksm/run',
  }
}

function judgeNumaBalancing({ numa }: Facts): Judgement {
  if (numa.balancing === null || numa.balancing === '0' || numa.nodes.length < 2)
    return pass(numa.nodes.length < 2 ? 'There is one memory node.' : 'NUMA balancing is off.')
  return {
    status: 'bias',
    finding: `NUMA balancing is on, with ${numa.nodes.length} nodes.`,
    consequence: 'It unmaps pages to see which node uses them, which causes faults and may move folios.',
    remedy: 'sudo sysctl kernel.numa_balancing=0',
  }
}

function judgeMemory({ memory }: Facts): Judgement {
  const finding = `${formatBytes(memory.availableBytes)} of ${formatBytes(memory.totalBytes)} are available.`
  if (memory.availableBytes >= smallestMemory) return pass(finding)
  return {
    status: 'bias',
    finding,
    consequence: 'Only small regions fit, whose times are short and noisy.',
    remedy: 'Close other programs.',
  }
}

function judgeCgroup({ cgroup }: Facts): Judgement {
  const { memoryMaxBytes, memoryCurrentBytes } = cgroup
  if (memoryMaxBytes === null) return pass('There is none.')
  const left = memoryMaxBytes - (memoryCurrentBytes ?? 0)
  const finding = `${formatBytes(memoryMaxBytes)}, of which ${formatBytes(Math.max(0, left))} are left.`
  if (left >= smallestMemory) return pass(finding)
  return {
    status: 'bias',
    finding,
    consequence: 'Only small regions fit, whose times are short and noisy.',
    remedy: 'Raise memory.max of the cgroup, or start the lab outside of it.',
  }
}

function judgeSwap({ memory }: Facts): Judgement {
  if (memory.swapTotalBytes === 0) return pass('There is none.')
  return {
    status: 'inform',
    finding: `${formatBytes(memory.swapTotalBytes)}, of which ${formatBytes(memory.swapTotalBytes - memory.swapFreeBytes)} are used.`,
    consequence: 'A sample during which pages are swapped is marked invalid.',
    remedy: 'sudo swapoff --all',
  }
}

function judgeGovernor({ frequency }: Facts): Judgement {
  const { governor } = frequency
  if (governor === null) return unknown('The frequency governor (in a virtual machine, the host’s)')
  if (governor === 'performance') return pass('The governor is “performance”.')
  return {
    status: 'bias',
    finding: `The governor is “${governor}”.`,
    consequence: 'The clock rate follows the load, so that the same work takes different times.',
    remedy: 'sudo cpupower frequency-set --governor performance',
  }
}

function judgeBoost({ frequency }: Facts): Judgement {
  if (frequency.boost === null) return unknown('The boost setting')
  if (!frequency.boost) return pass('Boost is off.')
  const remedy =
    frequency.driver === 'intel_pstate'
      ? 'echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo'
      : 'echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost'
  return {
    status: 'bias',
    finding: 'Boost is on.',
    consequence: 'The clock rate depends on heat and on what other cores do.',
    remedy,
  }
}

function judgeSmt({ cpu }: Facts): Judgement {
  if (cpu.smt === null) return unknown('The multithreading setting')
  if (!cpu.smt) return pass('It is off.')
  return {
    status: 'inform',
    finding: `It is on: ${cpu.cores ?? 'unknown'} cores show as ${cpu.threads ?? 'unknown'} threads.`,
    consequence: 'A task shares its core with whatever runs on the sibling thread.',
    remedy: 'echo off | sudo tee /sys/devices/system/cpu/smt/control',
  }
}

function judgePower(_facts: Facts, power: PowerSource): Judgement {
  if (power !== 'battery') return pass(power === 'mains' ? 'Mains.' : 'No battery was found.')
  return {
    status: 'bias',
    finding: 'The machine runs on battery.',
    consequence: 'Firmware lowers the clock rate to save power.',
    remedy: 'Plug in the power supply.',
  }
}

function judgeLoad({ load, cpu }: Facts): Judgement {
  if (load.one === null) return unknown('The load')
  const finding = `The load over one minute is ${load.one.toFixed(2)}.`
  if (load.one <= busyLoadPerThread * (cpu.threads ?? 1)) return pass(finding)
  return {
    status: 'bias',
    finding,
    consequence: 'Other programs take processor time and memory bandwidth.',
    remedy: 'Close other programs and wait a minute; “top” shows which they are.',
  }
}

function judgeSteal({ load }: Facts): Judgement {
  if (load.stealPercent === null) return unknown('The stolen time')
  const finding = `${load.stealPercent.toFixed(1)} % of the time went to other guests.`
  if (load.stealPercent <= stealLimitPercent) return pass(finding)
  return {
    status: 'bias',
    finding,
    consequence: 'Samples include pauses in which this machine did not run.',
    remedy: 'Use a dedicated machine, or more rounds.',
  }
}

function judgeVirtualisation({ virtualisation }: Facts): Judgement {
  if (virtualisation.hypervisor === null) return pass('None was detected.')
  return {
    status: 'inform',
    finding: `This is a guest of ${virtualisation.hypervisor}.`,
    consequence: 'Page faults pass two levels of page tables; absolute times are not those of bare metal.',
    remedy: '',
  }
}

function judgeBallooning({ virtualisation }: Facts): Judgement {
  const active = [
    ...(virtualisation.balloon === true ? ['a balloon'] : []),
    ...(virtualisation.freePageReporting === true ? ['free page reporting'] : []),
  ]
  if (active.length === 0) return pass('Neither was found.')
  return {
    status: 'bias',
    finding: `The guest has ${active.join(' and ')}.`,
    consequence:
      'Freed memory goes back to the host and has to be faulted in again, which can be many times slower; the lab touches all memory once before the run.',
    remedy:
      'Start the VM without a balloon device and without free page reporting (QEMU: no -device virtio-balloon).',
  }
}

function judgeClock({ clock }: Facts): Judgement {
  if (clock.source === null) return unknown('The clock source')
  const cost = clock.costNs === null ? '' : `, ${Math.round(clock.costNs)} ns per reading`
  const finding = `The clock source is “${clock.source}”${cost}.`
  if (['tsc', 'kvm-clock', 'arch_sys_counter'].includes(clock.source)) return pass(finding)
  return {
    status: 'bias',
    finding,
    consequence: 'Each reading is a system call or a device access.',
    remedy: `Choose a faster one: ${clock.available ?? 'none is offered'} (/sys/devices/system/clocksource/clocksource0/current_clocksource).`,
  }
}

function judgeAslr({ aslr }: Facts): Judgement {
  if (aslr === null) return unknown('Address randomisation')
  if (aslr > 0) return pass(`On (${aslr}): each sample has a new layout, so none is favoured.`)
  return {
    status: 'inform',
    finding: 'Off.',
    consequence: 'Every sample has the same memory layout: less spread, but a bias of unknown size.',
    remedy: 'sudo sysctl kernel.randomize_va_space=2',
  }
}

function judgeMitigations({ mitigations }: Facts): Judgement {
  const active = Object.entries(mitigations).filter(([, text]) => text.startsWith('Mitigation'))
  if (active.length === 0) return pass('None is active.')
  return {
    status: 'inform',
    finding: `Active: ${active.map(([name]) => name).join(', ')}.`,
    consequence: 'They make system calls more expensive, most of all pte-dontneed and on faults.',
    remedy: '',
  }
}

function judgePageFlags({ kpageflagsReadable, thp }: Facts): Judgement {
  if (kpageflagsReadable) return pass('/proc/kpageflags can be read.')
  const sizes = thp.sizes.filter(({ folioBytes }) => folioBytes < 2 * mebibyte).length
  return {
    status: 'inform',
    finding: '/proc/kpageflags cannot be read.',
    consequence:
      sizes === 0
        ? 'Folios are verified through smaps instead.'
        : 'Folios of 2 MiB are verified through smaps instead; smaller ones only through the counters of the kernel.',
    remedy: 'Run as root to verify every folio.',
  }
}

function judgePerf({ perfEventParanoid, privileges }: Facts): Judgement {
  if (perfEventParanoid === null) return unknown('The performance-counter setting')
  const finding = `perf_event_paranoid is ${perfEventParanoid}.`
  if (perfEventParanoid <= 1 || privileges.root) return pass(finding)
  return {
    status: 'inform',
    finding,
    consequence: 'Cycles and instructions in the kernel are not counted; times are not affected.',
    remedy: 'sudo sysctl kernel.perf_event_paranoid=1',
  }
}
