import type { AdviceQuestion } from '../contract/advice.ts'
import type { BenchmarkName } from '../contract/benchmark.ts'

/** A scheme of the model under the name that people read. */
export type Candidate = Readonly<{
  label: string
  scheme: string
  /** What to do when it helps, as a kernel developer would put it. */
  recommendation: string
}>

/** What is laid beside what in order to answer a question. */
export type Question = Readonly<{
  /** What the sentence is about. */
  subject: string
  /** What everything is compared with, the stage of the series that has none of it. */
  shared: Readonly<{ label: string; scheme: string }>
  /** The same code as `shared`, compiled a second time. */
  copy: string
  candidates: readonly Candidate[]
  /** What to do when no candidate helps. */
  otherwise: string
}>

export const questions: Readonly<Record<AdviceQuestion, Question>> = {
  'exclusive-writer': {
    subject: 'the exclusive writer',
    shared: { label: 'shared', scheme: 'batch' },
    copy: 'copy:batch',
    candidates: [
      {
        label: 'exclusive by cmpxchg',
        scheme: 'exclusive',
        recommendation:
          'Take the exclusive section of the rmap-ID series with the compare-and-exchange attempt (stage “exclusive”): ' +
          'a writer that is alone updates total mapcount and rmap values with plain loads and stores.',
      },
      {
        label: 'exclusive by add-return',
        scheme: 'nocmpxchg',
        recommendation:
          'Take the exclusive section of the rmap-ID series with the add-return attempt (stage “nocmpxchg”): ' +
          'a writer that is alone updates total mapcount and rmap values with plain loads and stores.',
      },
      {
        label: 'exclusive, all mapcounts',
        scheme: 'all',
        recommendation:
          'Take the exclusive section of the rmap-ID series for all mapcounts (stage “all”): a writer that is alone also updates ' +
          'the mapcounts of pages and the entire mapcount with plain loads and stores.',
      },
    ],
    otherwise:
      'Keep the shared section of the rmap-ID series (stage “batch”): atomic_add and atomic_long_add without an exclusive attempt.',
  },
  batching: {
    subject: 'batching',
    shared: { label: 'page by page', scheme: '123' },
    copy: 'copy:123',
    candidates: [
      {
        label: 'remap in one call',
        scheme: 'batch',
        recommendation:
          'Account a PMD that is remapped to PTEs with one call for all its pages (stage “batch”), fork and zap page by page.',
      },
      {
        label: 'remap, fork and zap in one call',
        scheme: 'free:exclusive=off,scope=values,batch=all,values=precomputed,pagecounts=on',
        recommendation:
          'Account all pages of a folio with one call in remap, fork and zap, as folio_add_anon_rmap_ptes(), ' +
          'folio_try_dup_anon_rmap_ptes() and folio_remove_rmap_ptes() do from v6.9 on.',
      },
    ],
    otherwise: 'Account page by page (stage “123”): larger calls buy nothing here.',
  },
}

/** Whole operations with their page-table and page work, without contention. */
export const aloneOperations: readonly BenchmarkName[] = [
  'remap',
  'munmap',
  'fork',
  'pte-dontneed',
  'cow-byte',
]

/** The operation that several tasks do to the same folios. */
export const contendedOperation: BenchmarkName = 'anon-cow-seq'
