import type { MachineReport } from '../../../engine/contract/api.ts'
import type { Facts } from '../../../engine/contract/environment.ts'
import { describeKernelReturns } from '../../../engine/contract/returns.ts'
import { formatBytes } from '../../../engine/text/size-text.ts'
import type { Fact } from '../../view-models/headline-facts.ts'

export type FactGroup = Readonly<{ title: string; facts: readonly Fact[] }>

/** All facts in groups, in the order in which they usually matter. */
export function factGroups({ environment, hello }: MachineReport): readonly FactGroup[] {
  const { facts } = environment
  return [
    cpuFacts(facts),
    kernelFacts(facts),
    thpFacts(facts),
    memoryFacts(facts),
    frequencyFacts(facts),
    virtualisationFacts(facts),
    clockFacts(facts),
    loadFacts(facts),
    permissionFacts(facts),
    {
      title: 'Mitigations',
      facts: Object.entries(facts.mitigations).map(([name, value]) => ({ name, value })),
    },
    {
      title: 'Kernel configuration',
      facts: Object.entries(facts.kernel.config).map(([name, value]) => ({ name, value, isCode: true })),
    },
    {
      title: 'Programs',
      facts: [
        { name: 'Folio Lab', value: environment.applicationVersion },
        { name: 'folio-agent', value: environment.agentVersion },
        { name: 'Protocol', value: String(hello.protocol) },
        { name: 'Targets', value: hello.targets.join(', ') },
      ],
    },
  ].filter(group => group.facts.length > 0)
}

function cpuFacts({ cpu, numa }: Facts): FactGroup {
  const identity = [cpu.family, cpu.model, cpu.stepping]
  return {
    title: 'CPU',
    facts: [
      { name: 'Name', value: cpu.name },
      { name: 'Vendor', value: cpu.vendor },
      {
        name: 'Family, model, stepping',
        value: identity.includes(null) ? null : identity.join(', '),
      },
      { name: 'Microcode', value: cpu.microcode },
      { name: 'Sockets', value: cpu.sockets?.toString() ?? null },
      { name: 'Cores', value: cpu.cores?.toString() ?? null },
      { name: 'Threads', value: cpu.threads?.toString() ?? null },
      { name: 'SMT', value: yesNo(cpu.smt, 'on', 'off') },
      { name: 'Function returns of this kernel', value: describeKernelReturns(cpu.kernelReturns) },
      { name: 'Online', value: cpu.online },
      ...cpu.caches.map(cache => ({
        name: `L${cache.level} ${cache.type.toLowerCase()}`,
        value: `${formatBytes(cache.bytes)}, CPUs ${cache.sharedCpus}`,
      })),
      { name: 'NUMA balancing', value: numa.balancing },
      ...numa.nodes.map(node => ({
        name: `NUMA node ${node.node}`,
        value: `${formatBytes(node.memoryBytes)}, CPUs ${node.cpus || 'none'}`,
      })),
    ],
  }
}

function kernelFacts({ kernel, aslr, ksm }: Facts): FactGroup {
  return {
    title: 'Kernel',
    facts: [
      { name: 'Release', value: kernel.release },
      { name: 'Build', value: kernel.version },
      { name: 'Architecture', value: kernel.architecture },
      { name: 'Command line', value: kernel.commandLine, isCode: true },
      { name: 'Address space randomisation', value: aslr?.toString() ?? null },
      { name: 'KSM', value: ksm.run === null ? null : ksm.run === 1 ? 'running' : 'stopped' },
    ],
  }
}

function thpFacts({ thp }: Facts): FactGroup {
  return {
    title: 'Transparent huge pages',
    facts: [
      { name: 'Enabled', value: thp.enabled },
      { name: 'Defragmentation', value: thp.defrag },
      { name: 'Shared memory', value: thp.shmem },
      { name: 'khugepaged defragments', value: thp.khugepagedDefrag },
      { name: 'Huge zero page', value: thp.zeroPage },
      ...thp.sizes.map(size => ({ name: `Folios of ${formatBytes(size.folioBytes)}`, value: size.enabled })),
    ],
  }
}

function memoryFacts({ memory, cgroup }: Facts): FactGroup {
  return {
    title: 'Memory',
    facts: [
      { name: 'Total', value: formatBytes(memory.totalBytes) },
      { name: 'Available', value: formatBytes(memory.availableBytes) },
      {
        name: 'Swap',
        value:
          memory.swapTotalBytes === 0
            ? 'none'
            : `${formatBytes(memory.swapTotalBytes)}, ${formatBytes(memory.swapFreeBytes)} free`,
      },
      { name: 'Overcommit', value: memory.overcommit },
      { name: 'Control group', value: cgroup.path, isCode: true },
      {
        name: 'Its memory limit',
        value: cgroup.memoryMaxBytes === null ? 'none' : formatBytes(cgroup.memoryMaxBytes),
      },
      {
        name: 'Its memory in use',
        value: cgroup.memoryCurrentBytes === null ? null : formatBytes(cgroup.memoryCurrentBytes),
      },
      { name: 'Its CPU limit', value: cgroup.cpuMax },
    ],
  }
}

function frequencyFacts({ frequency }: Facts): FactGroup {
  return {
    title: 'Frequency',
    facts: [
      { name: 'Governor', value: frequency.governor },
      { name: 'Driver', value: frequency.driver },
      { name: 'Boost', value: yesNo(frequency.boost, 'on', 'off') },
      { name: 'Lowest', value: megahertz(frequency.minKhz) },
      { name: 'Highest', value: megahertz(frequency.maxKhz) },
    ],
  }
}

function virtualisationFacts({ virtualisation, identity }: Facts): FactGroup {
  return {
    title: 'Virtualisation',
    facts: [
      { name: 'Hypervisor', value: virtualisation.hypervisor ?? 'none' },
      { name: 'Memory balloon', value: yesNo(virtualisation.balloon, 'present', 'absent') },
      { name: 'Free page reporting', value: yesNo(virtualisation.freePageReporting, 'on', 'off') },
      { name: 'Product', value: identity.product },
    ],
  }
}

function clockFacts({ clock }: Facts): FactGroup {
  return {
    title: 'Clock',
    facts: [
      { name: 'Source', value: clock.source },
      { name: 'Available', value: clock.available },
      { name: 'Resolution', value: nanoseconds(clock.resolutionNs) },
      { name: 'Cost of a reading', value: nanoseconds(clock.costNs) },
    ],
  }
}

function loadFacts({ load, isolation }: Facts): FactGroup {
  const averages = [load.one, load.five, load.fifteen]
  return {
    title: 'Load and isolation',
    facts: [
      {
        name: 'Load over 1, 5, 15 min',
        value: averages.includes(null) ? null : averages.map(average => average?.toFixed(2)).join(', '),
      },
      { name: 'Runnable tasks', value: load.running?.toString() ?? null },
      { name: 'Stolen time', value: load.stealPercent === null ? null : `${load.stealPercent.toFixed(1)} %` },
      { name: 'Isolated CPUs', value: noneIfEmpty(isolation.isolated) },
      { name: 'Tickless CPUs', value: noneIfEmpty(isolation.nohzFull) },
      { name: 'CPUs without RCU callbacks', value: noneIfEmpty(isolation.rcuNocbs) },
    ],
  }
}

function permissionFacts({ privileges, perfEventParanoid, kpageflagsReadable }: Facts): FactGroup {
  return {
    title: 'Permissions',
    facts: [
      { name: 'Root', value: privileges.root ? 'yes' : 'no' },
      { name: 'Capabilities', value: privileges.capabilities, isCode: true },
      { name: 'perf_event_paranoid', value: perfEventParanoid?.toString() ?? null },
      { name: '/proc/kpageflags', value: kpageflagsReadable ? 'readable' : 'not readable' },
    ],
  }
}

/** The kernel writes an empty list for none; null stays "not reported". */
function noneIfEmpty(list: string | null): string | null {
  return list === '' ? 'none' : list
}

function yesNo(flag: boolean | null, yes: string, no: string): string | null {
  return flag === null ? null : flag ? yes : no
}

function megahertz(kilohertz: number | null): string | null {
  return kilohertz === null ? null : `${Math.round(kilohertz / 1000)} MHz`
}

function nanoseconds(value: number | null): string | null {
  return value === null ? null : `${value < 10 ? value.toFixed(1) : Math.round(value)} ns`
}
