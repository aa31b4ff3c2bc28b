/**
 * What every word of the screens means, in one place: benchmarks, stages, verdicts and statistics,
 * each with its definition and where that comes from. Completeness over the contract is held by the
 * types and explanations.test.ts.
 */
import type { BenchmarkName } from '../../engine/contract/benchmark.ts'
import type { verdictKinds } from '../../engine/contract/comparison.ts'
import { describeSwitches, switchesOfScheme, wordsOfSwitches } from '../../engine/contract/own-variant.ts'
import { returnsTitles } from '../../engine/contract/returns.ts'
import { stageNames, type Variant } from '../../engine/contract/variant.ts'

export type Explanation = Readonly<{
  title: string
  text: string
  /** A section of a document, or a publication. */
  source: string
}>

type StageName = (typeof stageNames)[number]
type Verdict = (typeof verdictKinds)[number]

export const statisticNames = [
  'estimate',
  'interval',
  'family-interval',
  'median',
  'n',
  'voided',
  'paired',
  'unpaired',
  'exact',
  'range',
  'region',
  'noise-floor',
  'detectable',
  'p',
  'family-p',
  'outlier',
  'change-point',
] as const
export type StatisticName = (typeof statisticNames)[number]

const timed = 'docs/method.md, What each benchmark times'
const statement = 'docs/statistics.md, From samples to a statement'
const order = 'docs/method.md, Order'
const validity = 'docs/method.md, When a sample counts'
const modelAlone = 'docs/method.md, What the model alone has'
const kernelAlone = 'docs/method.md, What kernels alone can be asked'
const usemem = 'docs/method.md, Against usemem of vm-scalability'
const series = 'D. Hildenbrand, “[PATCH WIP v1 00/20]”, 24 Nov 2023, 20231124132626.235350-1-david@redhat.com'

export const benchmarkExplanations: Readonly<Record<BenchmarkName, Explanation>> = {
  remap: {
    title: 'remap',
    text: 'The region is mapped by huge entries. One page of each folio is protected with mprotect, so that each huge entry becomes a table of page entries. Time of all calls; less is better.',
    source: timed,
  },
  munmap: {
    title: 'munmap',
    text: 'One munmap of a region whose folios are mapped page by page. Every page’s mapping has to be taken out of the accounting. Time; less is better.',
    source: timed,
  },
  fork: {
    title: 'fork',
    text: 'One fork of a process whose folios are mapped page by page. Every mapping is duplicated and accounted for the child. The child’s exit is not timed. Time; less is better.',
    source: timed,
  },
  cow: {
    title: 'cow',
    text: 'Every byte of a region is written while a living child shares it, so that each page is copied. Time of one memset; less is better.',
    source: timed,
  },
  'cow-byte': {
    title: 'cow-byte',
    text: 'As cow, but one byte of each page: the same faults with less writing around them. Time; less is better.',
    source: timed,
  },
  'cow-reuse': {
    title: 'cow-reuse',
    text: 'Every byte is written after the child that shared the region has ended. A kernel that knows that only one process maps a folio reuses its pages; another kernel copies them. Time; less is better.',
    source: timed,
  },
  'cow-reuse-byte': {
    title: 'cow-reuse-byte',
    text: 'As cow-reuse, but one byte of each page, which shows the price of reusing or copying most clearly. Time; less is better.',
    source: timed,
  },
  'pte-dontneed': {
    title: 'pte-dontneed',
    text: 'One MADV_DONTNEED call per page, in ascending order: mappings are removed one by one. Time; less is better.',
    source: timed,
  },
  'anon-cow-seq': {
    title: 'anon-cow-seq',
    text: 'Tasks forked from a parent that populated the region each write all of it in ascending order, all at once. Bytes per second, summed over the tasks; more is better.',
    source: usemem,
  },
  'anon-cow-rand': {
    title: 'anon-cow-rand',
    text: 'As anon-cow-seq, with as many writes to random words of the region. Bytes per second, summed over the tasks; more is better.',
    source: usemem,
  },
  mprotect: {
    title: 'mprotect',
    text: 'The whole region is made read-only and writable again, one call each way; its folios are mapped page by page. Small regions are toggled many times in a sample. Less is better.',
    source: kernelAlone,
  },
  'mprotect-shared-dirty': {
    title: 'mprotect-shared-dirty',
    text: 'The same for memory that is shared and was written, in single pages: the kernel may make such an entry writable at once, without a later fault. Less is better.',
    source: kernelAlone,
  },
  mremap: {
    title: 'mremap',
    text: 'The whole region is moved to other addresses and back, one call each way, so that every page entry is moved twice. Small regions are moved many times in a sample. Less is better.',
    source: kernelAlone,
  },
  dontneed: {
    title: 'dontneed',
    text: 'One MADV_DONTNEED for the whole region, whose folios are mapped page by page: all of it is given back. Small regions are repeated until a sample covers 16 MiB. Less is better.',
    source: kernelAlone,
  },
  'madvise-free': {
    title: 'madvise-free',
    text: 'One MADV_FREE for the whole region: the kernel may take its pages when memory is short, unless they are written first. Small regions are repeated until a sample covers 16 MiB. Less is better.',
    source: kernelAlone,
  },
  pageout: {
    title: 'pageout',
    text: 'One MADV_PAGEOUT for the whole region: every page is unmapped and written to swap. Needs swap of that size. Small regions are repeated until a sample covers 16 MiB. Less is better.',
    source: kernelAlone,
  },
  'munmap-swapped-forked': {
    title: 'munmap-swapped-forked',
    text: 'The whole region is in swap and shared with a living child. Unmapping it drops one use of each swap entry. Needs swap of its size. Less is better.',
    source: kernelAlone,
  },
  'fork-many-vmas': {
    title: 'fork-many-vmas',
    text: 'fork of a process in whose region each folio is a VMA of its own: VMAs are copied as well as page entries. Less is better.',
    source: kernelAlone,
  },
  'fork-chain': {
    title: 'fork-chain',
    text: 'As fork-many-vmas, in a process at the end of a chain of 16 forks: the kernel links each new VMA to those of all ancestors. Less is better.',
    source: kernelAlone,
  },
  fault: {
    title: 'fault',
    text: 'One byte of each page of an empty region is written, ascending: one fault for each folio, which allocates, clears and maps it. Less is better.',
    source: kernelAlone,
  },
  'shared-unmap': {
    title: 'shared-unmap',
    text: 'Tasks forked from one parent share every folio of its region, and each unmaps it, all at once: they count down the mappings of the same folios. Bytes per second, summed over the tasks; more is better.',
    source: kernelAlone,
  },
  'shared-fork': {
    title: 'shared-fork',
    text: 'As shared-unmap, with a fork by each task instead: they count up the mappings of the same folios. Bytes per second, summed over the tasks; more is better.',
    source: kernelAlone,
  },
  getppid: {
    title: 'getppid',
    text: 'A control: a system call that has nothing to do with memory. What differs here between kernels is the cost of entering the kernel, which is part of every other number.',
    source: kernelAlone,
  },
  ioctl: {
    title: 'ioctl',
    text: 'A control: an ioctl that /dev/null does not support, the shortest way through the file layer. Less is better.',
    source: kernelAlone,
  },
  migrate: {
    title: 'migrate',
    text: 'Every folio moves to another one of its size: its page entries are taken out one by one, its contents copied, and each page is mapped again where it is now. No kernel batches this. Less is better.',
    source: modelAlone,
  },
  'read-mapcount': {
    title: 'read-mapcount',
    text: 'One task asks a million times how often folios are mapped. Schemes without a total have to look at every page. Further tasks map and unmap pages of the same folios at the same time. Time; less is better.',
    source: modelAlone,
  },
  'read-shared': {
    title: 'read-shared',
    text: 'One task asks a million times whether another process maps folios. Further tasks map and unmap pages of the same folios at the same time, and additional readers check each answer against the truth. Time; less is better.',
    source: modelAlone,
  },
}

export const stageExplanations: Readonly<Record<StageName, Explanation>> = {
  baseline: {
    title: 'baseline',
    text: 'The kernel before the series, v6.7-rc1: a counter in each page, one for the whole folio, and one for how many pages are mapped.',
    source: series,
  },
  mapcount: {
    title: 'mapcount',
    text: 'Adds an atomic total of all mappings of a large folio, so that its mapcount can be read without a look at each page.',
    source: series,
  },
  'rmap-id': {
    title: 'rmap-id',
    text: 'Each address space has an ID whose digits are summed in each folio it maps, under an atomic sequence count. From total and sums the kernel can tell whether one process maps a folio alone.',
    source: series,
  },
  '123': {
    title: '123',
    text: 'The same with 1, 2 or 3 sums instead of 4 to 6, and digits computed once per process. As posted it can answer wrongly for folios of 512 KiB and more; the model has both forms.',
    source: series,
  },
  batch: {
    title: 'batch',
    text: 'Accounts all pages of a folio at once when a huge entry becomes a table of page entries, instead of one by one.',
    source: series,
  },
  exclusive: {
    title: 'exclusive',
    text: 'The exclusive writer: a writer that gets the sequence count to itself, by compare-and-exchange, updates total and sums with plain instructions instead of atomic ones.',
    source: series,
  },
  nocmpxchg: {
    title: 'nocmpxchg',
    text: 'As exclusive, but the sequence count is taken with an atomic add that returns its result instead of compare-and-exchange.',
    source: series,
  },
  all: {
    title: 'all',
    text: 'The exclusive writer also updates the counters of pages and of the whole folio with plain instructions. The last stage of the series.',
    source: series,
  },
}

export const verdictExplanations: Readonly<Record<Verdict, Explanation>> = {
  improved: {
    title: 'Improved',
    text: 'The whole interval lies beyond δ on the better side: the change is larger than your threshold and larger than the machine’s noise.',
    source: statement,
  },
  regressed: {
    title: 'Regressed',
    text: 'The whole interval lies beyond δ on the worse side: the change is larger than your threshold and larger than the machine’s noise.',
    source: statement,
  },
  'no-change': {
    title: 'No change larger than δ',
    text: 'The whole interval lies within ± δ. This says more than “no significant change”: a change beyond δ is excluded.',
    source: statement,
  },
  'changed-within-floor': {
    title: 'Changed, within the noise floor',
    text: 'The interval excludes 0, but the machine shows changes of that size even when nothing was changed.',
    source: statement,
  },
  'not-resolved': {
    title: 'No clear result',
    text: 'The interval contains values on both sides of δ, so there is no verdict yet. More rounds make it narrower.',
    source: statement,
  },
  'too-few': {
    title: 'Too few rounds',
    text: 'Fewer than six complete rounds give no 95 % interval, whatever their values.',
    source: statement,
  },
  'not-calibrated': {
    title: 'No verdict: not calibrated',
    text: 'How much the machine varies when nothing is changed has not been measured yet. The interval is valid; a verdict needs a calibration.',
    source: statement,
  },
  'not-comparable': {
    title: 'No verdict: not comparable',
    text: 'The two were measured under different conditions. The numbers are shown because you asked for them; no verdict is drawn.',
    source: statement,
  },
  disturbed: {
    title: 'No verdict: disturbed',
    text: 'Other programs or a hypervisor took the processors while this was measured, so no verdict is drawn. Measure again when the machine is quiet.',
    source: statement,
  },
}

/** Terms of the form of a new run. */
export const formExplanations = {
  work: {
    title: 'Work',
    text: 'The whole operation as the kernel does it, with page tables and locks around the accounting; or the accounting calls alone, where differences between schemes are largest.',
    source: 'docs/method.md, What each benchmark times',
  },
  form: {
    title: 'Code of the schemes',
    text: 'The series as posted in 2023 can call a shared folio exclusive from 512 KiB on, and drops a count for order 2. “Corrected” fixes both; “As posted” measures the code exactly as it was posted.',
    source: series,
  },
  returns: {
    title: 'Returns of functions',
    text: 'How functions of the model return: with the plain instruction, or through the detour by which the kernel protects the CPU against speculation. The detour makes every function call more expensive, which decides several comparisons.',
    source: 'docs/method.md, Processors',
  },
} satisfies Readonly<Record<string, Explanation>>

export const statisticExplanations: Readonly<Record<StatisticName, Explanation>> = {
  estimate: {
    title: 'Estimate',
    text: 'The change against the baseline: the median of ln(variant) − ln(baseline) over all rounds, as percent. Half of the rounds lie above it, half below.',
    source: statement,
  },
  interval: {
    title: 'Interval',
    text: 'Contains the true change with at least the stated probability, its coverage. Built from order statistics, so it assumes no particular distribution. Holds for this row alone.',
    source: statement,
  },
  'family-interval': {
    title: 'Interval with all rows',
    text: 'Wider, so that the intervals of all rows of this table hold together with the stated probability (Bonferroni). Verdicts use this one.',
    source: statement,
  },
  median: {
    title: 'Median',
    text: 'The middle of the case’s valid samples, warm-up rounds excluded: half of them are larger.',
    source: statement,
  },
  n: {
    title: 'Rounds',
    text: 'How many complete rounds the estimate is based on; without pairing, samples of the smaller side. One round measures each variant once.',
    source: order,
  },
  voided: {
    title: 'Rounds left out',
    text: 'Rounds in which a sample of one side is missing, invalid or not positive; the other sample then has no partner.',
    source: validity,
  },
  paired: {
    title: 'Paired rounds',
    text: 'Variants alternate within rounds, in an order in which each follows each other one equally often; each sample is compared with its partner of the same round, so that slow drift of the machine cancels.',
    source: order,
  },
  unpaired: {
    title: 'Unpaired',
    text: 'The sides come from different runs. The change is the Hodges–Lehmann shift with an exact Mann–Whitney test; drift between the runs is not controlled.',
    source: statement,
  },
  exact: {
    title: 'Exact',
    text: 'Counted instructions of a virtual machine whose clock is the instruction count: a repeated run gives the same number, so that a difference is exact.',
    source: statement,
  },
  range: {
    title: 'Smallest to largest round',
    text: 'The change in the round where it was smallest and in the one where it was largest.',
    source: statement,
  },
  region: {
    title: 'Threshold δ',
    text: 'Changes within ±δ are treated as irrelevant. δ is the threshold that you choose or the machine’s noise floor, whichever is larger.',
    source: statement,
  },
  'noise-floor': {
    title: 'Noise floor',
    text: 'The variation between two identical runs on the same machine: the 95th percentile of the changes in A/A tables, which compare a variant with itself.',
    source: statement,
  },
  detectable: {
    title: 'Detectable change',
    text: 'The smallest change that this many rounds, with this spread, find with a probability of 80 %. Smaller ones may be missed.',
    source: statement,
  },
  p: {
    title: 'p',
    text: 'How often chance alone would produce a change at least this clear if there were none. It does not measure the size of the change, and the verdict does not rest on it alone.',
    source: statement,
  },
  'family-p': {
    title: 'p, corrected',
    text: 'The same for the whole table (Holm): the more rows are looked at, the more often chance makes one stand out.',
    source: statement,
  },
  outlier: {
    title: 'Outliers',
    text: 'Values outside of Tukey’s fences or more than 10 robust standard deviations from the median. They are marked and kept; the number without them is for information only.',
    source: statement,
  },
  'change-point': {
    title: 'Change of the level',
    text: 'Where the medians of later runs differ from those before by more than they scatter, found by energy statistics (E-divisive) and a t-test at 0.1 %.',
    source: 'D. S. Matteson, N. A. James, JASA 109 (2014); M. Fleming and others, “Hunter”, ICPE 2023',
  },
}

/** Of a variant that is a stage of the published series; null of others. */
export function explanationOfVariant(variant: Variant): Explanation | null {
  if (variant.target !== 'model') return null
  const stage = stageNames.find(name => variant.scheme === name)
  const own = switchesOfScheme(variant.scheme)
  if (!stage && own)
    return {
      title: variant.label,
      text: `An own variant: ${wordsOfSwitches(own)}. ${describeSwitches(own)} Measured with ${returnsTitles[variant.returns]}.`,
      source: 'docs/schemes.md, sections D and E',
    }
  if (!stage) return null
  const { text, ...rest } = stageExplanations[stage]
  return { ...rest, text: `${text} Measured with ${returnsTitles[variant.returns]}.` }
}
