import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { useAdvisor } from './advisor.ts'
import { useMeasuring } from './measuring.ts'
import { useSession } from './session.ts'

beforeEach(() => {
  setActivePinia(createPinia())
})

test('nothing stands in the way while nothing measures', () => {
  expect(useMeasuring()).toMatchObject({ isBusy: false, obstacle: null })
})

test('a run stands in the way with the screen that shows it, until it has ended', () => {
  const session = useSession()
  const measuring = useMeasuring()
  session.current = { runId: 'r', label: '', plan: {}, tally: {} } as never
  expect(measuring.obstacle).toEqual({ text: 'A run is under way', path: '/live' })
  expect(measuring.isBusy).toBe(true)
  session.outcome = { runId: 'r', status: 'complete', reason: '' } as never
  expect(measuring).toMatchObject({ isBusy: false, obstacle: null })
})

test('what is only about to begin keeps others from beginning too', () => {
  const measuring = useMeasuring()
  useSession().isStarting = true
  expect(measuring).toMatchObject({ isBusy: true, obstacle: null })
  useSession().isStarting = false
  useAdvisor().isStarting = true
  expect(measuring.isBusy).toBe(true)
})
