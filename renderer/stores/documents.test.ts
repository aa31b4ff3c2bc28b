import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '../../engine/contract/failure.ts'
import { installWindowLab } from '../../test/fakes/window-lab.ts'
import { useDocuments } from './documents.ts'
import { useNotices } from './notices.ts'

const main = {
  copyText: vi.fn(() => undefined),
  copyPicture: vi.fn(() => undefined),
  saveText: vi.fn<() => { path: string | null }>(),
  savePicture: vi.fn<() => { path: string | null }>(),
}

beforeEach(() => {
  setActivePinia(createPinia())
  vi.clearAllMocks()
  main.saveText.mockReturnValue({ path: '/home/me/table.md' })
  main.savePicture.mockReturnValue({ path: '/home/me/chart.png' })
  installWindowLab({}, main)
})

function told(): readonly string[] {
  return useNotices().notices.map(({ text }) => text)
}

test('what was copied or saved is reported, with the place', async () => {
  const documents = useDocuments()
  await documents.copy('| a |', 'the table')
  await documents.save('table.md', '| a |')
  expect(told()).toEqual(['Copied the table.', 'Saved /home/me/table.md.'])
})

test('a dialog that was closed saves nothing and shows no notice', async () => {
  main.saveText.mockReturnValue({ path: null })
  main.savePicture.mockReturnValue({ path: null })
  const documents = useDocuments()
  await documents.save('table.md', '| a |')
  await documents.take({ kind: 'png', action: 'save', name: 'chart', content: 'AAAA' })
  expect(told()).toEqual([])
})

test('a text that could not be saved is not reported as saved', async () => {
  main.saveText.mockImplementation(() => {
    throw new Failure('not-permitted', 'It cannot be written.', 'Choose another folder.')
  })
  await expect(useDocuments().save('table.md', '')).rejects.toMatchObject({ code: 'not-permitted' })
  expect(told()).toEqual([])
})

test.each([
  ['svg', 'copy', 'copyText', 'AAAA'],
  ['svg', 'save', 'saveText', { suggestedName: 'chart.svg', text: 'AAAA' }],
  ['png', 'copy', 'copyPicture', 'AAAA'],
  ['png', 'save', 'savePicture', { suggestedName: 'chart.png', png: 'AAAA' }],
] as const)('a picture as %s to %s goes to %s', async (kind, action, request, input) => {
  await useDocuments().take({ kind, action, name: 'chart', content: 'AAAA' })
  expect(main[request]).toHaveBeenLastCalledWith(input)
  expect(told()).toHaveLength(1)
})
