import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { RunSummary } from '../../engine/contract/run.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { installWindowLab, type FakeLab } from '../../test/fakes/window-lab.ts'
import { useNotices } from './notices.ts'
import { useRuns } from './runs.ts'

function run(last: string): RunSummary {
  return {
    id: `00000000-0000-4000-8000-00000000000${last}`,
    label: `run ${last}`,
    status: 'complete',
    statusReason: '',
    createdAt: 0,
    endedAt: 1,
    target: 'host',
    benchmarks: ['cow'],
    variantLabels: ['a'],
    kernelRelease: '6.15.0',
    machineName: 'Xeon',
    sampleCount: 1,
    invalidCount: 0,
    note: '',
    disturbances: [],
  }
}

const all = [run('1'), run('2')]
let deleted: Set<string>
let isDamaged: boolean
let lab: FakeLab

beforeEach(() => {
  setActivePinia(createPinia())
  deleted = new Set()
  isDamaged = false
  lab = installWindowLab(
    {
      listRuns: () => {
        if (isDamaged) throw new Failure('library-damaged', 'The library is damaged.', 'Restore a backup.')
        return all.map(one => (deleted.has(one.id) ? { ...one, deletedAt: 5 } : one))
      },
      deleteRun: id => {
        deleted.add(id)
        lab.emitLibrary('runsChanged', { ids: [id] })
      },
      restoreRun: id => {
        deleted.delete(id)
        lab.emitLibrary('runsChanged', { ids: [id] })
      },
    },
    {},
  )
})

test('deleted runs leave the list and come back with undo', async () => {
  const runs = useRuns()
  const notices = useNotices()
  runs.listen()
  await runs.load()
  await runs.remove(all)
  await vi.waitFor(() => expect(runs.list).toEqual([]))
  const [notice] = notices.notices
  expect(notice?.text).toBe('Deleted 2 runs.')
  await notice?.undo?.()
  await vi.waitFor(() => expect(runs.list).toEqual(all))
})

test('a deleted run stays in a list of its own until it is restored', async () => {
  const runs = useRuns()
  runs.listen()
  await runs.load()
  await runs.remove([run('2')])
  await vi.waitFor(() => expect(runs.deleted).toMatchObject([{ label: 'run 2', deletedAt: 5 }]))
  expect(runs.list).toEqual([run('1')])
  await runs.restore(runs.deleted)
  await vi.waitFor(() => expect(runs.list).toEqual(all))
  expect(runs.deleted).toEqual([])
  expect(useNotices().notices.map(({ text }) => text)).toContain('Restored “run 2”.')
})

test('a library that cannot be read says why, and is read again when it was restarted', async () => {
  const runs = useRuns()
  runs.listen()
  isDamaged = true
  await runs.load()
  expect(runs.failure).toEqual({
    code: 'library-damaged',
    message: 'The library is damaged.',
    advice: 'Restore a backup.',
  })
  isDamaged = false
  lab.emitMain('libraryRestarted', { reason: 'It died.' })
  await vi.waitFor(() => expect(runs.list).toEqual(all))
  expect(runs.failure).toBeNull()
})

test('after the listener has stopped, events change nothing', async () => {
  const runs = useRuns()
  runs.listen()()
  lab.emitMain('libraryRestarted', { reason: '' })
  await new Promise(resolve => setTimeout(resolve))
  expect(runs.isLoaded).toBe(false)
})
