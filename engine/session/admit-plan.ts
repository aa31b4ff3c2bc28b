/** Whether a plan can run here, decided before anything is stored. */
import type { Hello } from '../contract/agent-protocol.ts'
import { swapBytes, type BenchmarkName } from '../contract/benchmark.ts'
import type { Facts } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import type { Plan } from '../contract/plan.ts'
import { availableBytes, peakMemoryBytes } from '../plan/presets.ts'
import { allowedCpus } from '../contract/processors.ts'
import { stageNames, type ModelVariant } from '../contract/variant.ts'
import { formatBytes } from '../text/size-text.ts'
import { hugePageBytesOf, type Bytes } from '../contract/units.ts'
import { expandCells, hasFolioSize } from '../plan/expand-cells.ts'

// Combined, or compiled a second time: the agent checks them and lists named schemes alone.
const unlisted = /^(free|copy):/

/**
 * Throws a `Failure` that says what to do when the agent, this kernel or the
 * memory cannot carry the plan.
 */
export function admitPlan(plan: Plan, hello: Hello, facts: Facts): void {
  refuseUnknown(plan, hello)
  if (plan.target === 'vm') refuseMachines(plan, facts)
  else refuseCpus(plan.cpus, allowedCpus(facts), 'the lab may use')
  refuseEmptyBenchmarks(plan)
  if (plan.target !== 'host') return // the model needs neither folios nor a kernel setting
  refuseLargeShared(plan, hello)
  refuseWithoutSwap(plan, facts)
  const large = plan.folioSizes.filter(folioBytes => folioBytes !== hello.basePageBytes)
  if (large.length > 0) refuseWithoutHugePages(facts)
  for (const folioBytes of large) refuseFolioSize(folioBytes, plan, hello, facts)
  refuseMemory(plan, facts)
}

/**
 * Throws a `Failure` when a kernel that has booted in its virtual machine
 * cannot carry the plan there.
 */
export function admitKernel(plan: Plan, variantIndex: number, hello: Hello, facts: Facts): void {
  for (const folioBytes of plan.folioSizes)
    if (folioBytes !== hello.basePageBytes)
      refuseFolioSize(folioBytes, { changeSettings: true }, hello, facts)
  const label = plan.variants[variantIndex]?.label ?? ''
  refuseLargeShared(plan, hello)
  refuseSmallEntire(plan, label, hello)
  const needed = peakMemoryBytes(plan.benchmarks, plan.tasks, plan.sizeBytes)
  const available = availableBytes(facts)
  if (needed <= available) return
  throw new Failure(
    'not-enough-memory',
    `The largest case needs ${formatBytes(needed)}; the virtual machine of “${label}” ` +
      `has ${formatBytes(available)} to spare.`,
    'Give the virtual machine more memory (--memory), or choose a smaller size or fewer tasks.',
  )
}

/**
 * Before anything starts: of a CPU that is missing the agent would say so at the first sample only.
 */
function refuseCpus(wanted: readonly number[], offered: readonly number[], whose: string): void {
  const missing = wanted.filter(cpu => !offered.includes(cpu))
  if (missing.length === 0 || offered.length === 0) return
  throw new Failure(
    'bad-input',
    `CPU ${missing.join(', ')} is not among those that ${whose}: ${offered.join(', ')}.`,
    'Choose among these in --cpus, or let the lab use more CPUs (taskset, cpuset of the control group).',
  )
}

function refuseWithoutHugePages({ thp, sysfs }: Facts): void {
  if (sysfs === 'missing')
    throw new Failure(
      'unsupported',
      '/sys is not mounted here, so that neither the sizes of folios nor their settings can be read.',
      'Mount it (sudo mount -t sysfs sysfs /sys), or start the container with /sys.',
    )
  if (thp.disabledForProcess === true)
    throw new Failure(
      'unsupported',
      'Huge pages are switched off for this process (PR_SET_THP_DISABLE) by whatever started the lab.',
      'Start it from another shell, or without MemoryTHP=disable in its systemd unit.',
    )
}

/** One virtual machine runs at a time. */
function refuseMachines({ variants, cpus }: Plan, facts: Facts): void {
  for (const variant of variants)
    if (variant.target === 'vm')
      refuseCpus(cpus, [...Array(variant.cpus).keys()], `the virtual machine of “${variant.label}” has`)
  const available = availableBytes(facts)
  for (const variant of variants)
    if (variant.target === 'vm' && variant.memoryBytes > available)
      throw new Failure(
        'not-enough-memory',
        `The virtual machine of “${variant.label}” needs ${formatBytes(variant.memoryBytes)} of memory; ` +
          `${formatBytes(available)} are available.`,
        'Give it less memory (--memory), or close other programs.',
      )
}

function refuseUnknown(plan: Plan, hello: Hello): void {
  // In its virtual machine, a kernel is the host.
  const target = plan.target === 'vm' ? 'host' : plan.target
  if (!hello.targets.includes(target))
    throw new Failure(
      'unsupported',
      `This agent cannot run the target “${plan.target}”; it offers ${hello.targets.join(', ')}.`,
      'Choose one of these.',
    )
  const benchmarks = hello.benchmarks.map(({ name }) => name)
  for (const benchmark of plan.benchmarks) refuseUnlisted('benchmark', benchmark, benchmarks)
  const schemes = hello.schemes.map(({ name }) => name)
  for (const variant of plan.variants)
    if (variant.target === 'model') {
      if (!unlisted.test(variant.scheme)) refuseUnlisted('scheme', variant.scheme, schemes)
      refuseUnlisted('kind of returns', variant.returns, hello.returns)
      refuseUnposted(variant)
    }
}

function refuseUnposted({ scheme, form, label }: ModelVariant): void {
  if (form !== 'posted' || stageNames.some(stage => stage === scheme)) return
  throw new Failure(
    'bad-input',
    `“${label}” has no posted form: only the stages of the published series have one.`,
    'Leave it out, or measure the corrected code (--form sound).',
  )
}

function refuseUnlisted(what: string, name: string, offered: readonly string[]): void {
  if (offered.includes(name)) return
  throw new Failure(
    'bad-input',
    `There is no ${what} “${name}”.`,
    `Choose among ${offered.length === 0 ? 'none: this agent has no model' : offered.join(', ')}.`,
  )
}

const sharedOperation: BenchmarkName = 'mprotect-shared-dirty'

function refuseLargeShared({ benchmarks, folioSizes }: Plan, { basePageBytes }: Hello): void {
  if (!benchmarks.includes(sharedOperation) || folioSizes.includes(basePageBytes)) return
  throw new Failure(
    'unsupported',
    `${sharedOperation} can only be measured on single pages.`,
    `Leave it out, or add folios of ${formatBytes(basePageBytes)}.`,
  )
}

/** A plan is made before it is known how large the pages of its kernels are. */
function refuseSmallEntire(plan: Plan, label: string, { basePageBytes }: Hello): void {
  const entireBytes = hugePageBytesOf(basePageBytes)
  const small = expandCells(plan).find(
    ({ benchmark, parameters }) => benchmark === 'remap' && parameters.folioBytes < entireBytes,
  )
  if (small === undefined) return
  throw new Failure(
    'unsupported',
    `remap replaces the one entry that maps a whole folio, which on “${label}”, with pages of ` +
      `${formatBytes(basePageBytes)}, is one of ${formatBytes(entireBytes)} and not of ${formatBytes(small.parameters.folioBytes)}.`,
    `Measure it with folios of ${formatBytes(entireBytes)} (--folio ${formatBytes(entireBytes).replace(' MiB', 'M')}), or leave it out.`,
  )
}

function refuseWithoutSwap({ benchmarks, sizeBytes }: Plan, { memory }: Facts): void {
  const swapping = benchmarks.find(benchmark => swapBytes(benchmark, sizeBytes) > memory.swapFreeBytes)
  if (swapping === undefined) return
  const offered =
    memory.swapFreeBytes === 0 ? 'has none' : `has ${formatBytes(memory.swapFreeBytes)} of it free`
  throw new Failure(
    'unsupported',
    `${swapping} needs ${formatBytes(swapBytes(swapping, sizeBytes))} of swap, and this machine ${offered}.`,
    'Leave it out, or switch on swap or zram (swapon).',
  )
}

/** Before anything is stored: a benchmark without a size that it can be measured with. */
function refuseEmptyBenchmarks({ benchmarks, target, folioSizes }: Plan): void {
  const empty = benchmarks.find(
    benchmark => !folioSizes.some(folioBytes => hasFolioSize(benchmark, target, folioBytes, folioSizes)),
  )
  if (empty === undefined) return
  if (empty === sharedOperation) return // a kernel says how large its pages are
  throw new Failure(
    'unsupported',
    `${empty} replaces the one entry that maps a whole folio; folios of ${folioSizes.map(formatBytes).join(', ')} have none.`,
    target === 'model' ? 'Leave it out, or add a size above 4 KiB.' : 'Leave it out, or add folios of 2 MiB.',
  )
}

/** Throws `unsupported` when this kernel has no folios of the size, or is set to have none. */
export function refuseFolioSize(
  folioBytes: Bytes,
  { changeSettings }: Pick<Plan, 'changeSettings'>,
  hello: Hello,
  { thp }: Facts,
): void {
  const size = formatBytes(folioBytes)
  // Kernels before 6.8 have one size, and list none.
  const only = { folioBytes: hugePageBytesOf(hello.basePageBytes), enabled: 'inherit' }
  const sizes = thp.sizes.length > 0 ? thp.sizes : [only]
  const setting = sizes.find(offered => offered.folioBytes === folioBytes)?.enabled
  if (setting === undefined)
    throw new Failure(
      'unsupported',
      `This kernel has no folios of ${size}.`,
      `Choose among ${[hello.basePageBytes, ...sizes.map(offered => offered.folioBytes)].map(formatBytes).join(', ')}.`,
    )
  const effective = setting === 'inherit' ? thp.enabled : setting
  if (effective !== 'never' || changeSettings) return
  throw new Failure(
    'unsupported',
    `The THP settings of this kernel forbid folios of ${size}.`,
    'Allow the lab to change THP settings during the run (--change-settings, as root), or set them: ' +
      settingCommand(folioBytes, setting),
  )
}

function settingCommand(folioBytes: Bytes, setting: string): string {
  const folder = '/sys/kernel/mm/transparent_hugepage'
  const file = setting === 'inherit' ? 'enabled' : `hugepages-${folioBytes / 1024}kB/enabled`
  return `echo madvise | sudo tee ${folder}/${file}`
}

function refuseMemory(plan: Plan, facts: Facts): void {
  const needed = peakMemoryBytes(plan.benchmarks, plan.tasks, plan.sizeBytes)
  const available = availableBytes(facts)
  if (needed <= available) return
  throw new Failure(
    'not-enough-memory',
    `The largest case needs ${formatBytes(needed)} of memory; ${formatBytes(available)} are available.`,
    'Choose a smaller size or fewer tasks, or close other programs.',
  )
}
