import type { AdviceQuestion } from '../contract/advice.ts'
import type { BenchmarkName } from '../contract/benchmark.ts'

/** A scheme of the model under the name that people read. */
export type Candidate = Readonly<{
  label: string
  scheme: string
  /** What to do when it helps, as a kernel developer would put it. */
  recommendation: string
}>

/** What is shown beside what in order to answer a question. */
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
          'Prefer the compare-and-exchange variant of the exclusive writer (stage “exclusive” of the rmap-ID series): ' +
          'when only one CPU updates a folio, the total mapcount and the rmap values need only plain loads and stores.',
      },
      {
        label: 'exclusive by add-return',
        scheme: 'nocmpxchg',
        recommendation:
          'Prefer the add-return variant of the exclusive writer (stage “nocmpxchg” of the rmap-ID series): ' +
          'when only one CPU updates a folio, the total mapcount and the rmap values need only plain loads and stores.',
      },
      {
        label: 'exclusive, all mapcounts',
        scheme: 'all',
        recommendation:
          'Use the exclusive writer for all mapcounts (stage “all” of the rmap-ID series): when only one CPU updates a ' +
          'folio, the mapcounts of its pages and the entire mapcount need only plain loads and stores, too.',
      },
    ],
    otherwise:
      'Keep atomic counting (stage “batch” of the rmap-ID series): atomic_add and atomic_long_add, without an exclusive writer.',
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
          'Account all pages of a PMD that is remapped to PTEs in one call (stage “batch”); keep fork and zap page by page.',
      },
      {
        label: 'remap, fork and zap in one call',
        scheme: 'free:exclusive=off,scope=values,batch=all,values=precomputed,pagecounts=on',
        recommendation:
          'Account all pages of a folio with one call in remap, fork and zap, as folio_add_anon_rmap_ptes(), ' +
          'folio_try_dup_anon_rmap_ptes() and folio_remove_rmap_ptes() do from v6.9 on.',
      },
    ],
    otherwise: 'Account page by page (stage “123”): batching gains nothing.',
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
