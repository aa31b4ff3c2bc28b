import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { largestTextForWindow } from '../../engine/contract/bounds.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { importFiles } from './import-files.ts'
import { useNotices } from './notices.ts'

beforeEach(() => setActivePinia(createPinia()))

/** Takes what holds “good”. */
function add(text: string): Promise<string> {
  if (text.includes('good')) return Promise.resolve('a run')
  return Promise.reject(new Failure('bad-input', 'This is not a run file.', 'Export it anew.'))
}

function file(name: string, text: string): File {
  return new File([text], name)
}

test('a file that is not imported is named in the banner, with the reason and what to do', async () => {
  await importFiles([file('a.json', 'good'), file('b.json', 'bad')], add)
  const { failures, notices } = useNotices()
  expect(notices.map(({ text }) => text)).toEqual(['Imported a run from a.json.'])
  expect(failures).toMatchObject([
    {
      record: { message: 'b.json was not imported. This is not a run file.', advice: 'Export it anew.' },
      details: [],
    },
  ])
})

test('several that are not share one banner with a line for each', async () => {
  const names = ['a.json', 'b.json', 'c.json', 'd.json']
  await importFiles(
    names.map(name => file(name, name < 'c' ? 'bad' : 'good')),
    add,
  )
  expect(useNotices().notices.map(({ text }) => text)).toEqual(['Imported 2 files.'])
  expect(useNotices().failures).toMatchObject([
    {
      record: { message: '2 of 4 files were not imported:', advice: 'Export it anew.' },
      details: ['a.json: This is not a run file.', 'b.json: This is not a run file.'],
    },
  ])
})

test('the banner goes when the next import succeeds, and one of another cause stays', async () => {
  useNotices().report(new Failure('busy', 'A run is under way.', ''), 'start')
  await importFiles([file('a.json', 'bad')], add)
  expect(useNotices().failures).toHaveLength(2)
  await importFiles([file('a.json', 'good')], add)
  expect(useNotices().failures.map(({ record }) => record.message)).toEqual(['A run is under way.'])
})

test('a file too large for the window is refused unread, with the command that takes it', async () => {
  const large = file('large.json', 'good')
  Object.defineProperty(large, 'size', { value: largestTextForWindow + 1 })
  await importFiles([large], add)
  expect(useNotices().failures[0]?.record.message).toMatch(
    /^large\.json was not imported\. It is larger than/,
  )
  expect(useNotices().failures[0]?.record.advice).toContain('folio-lab runs import')
})
