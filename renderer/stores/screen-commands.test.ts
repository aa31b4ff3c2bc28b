import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import { effectScope } from 'vue'
import { offerCommands, useScreenCommands } from './screen-commands.ts'

test('a screen offers its commands as long as it is shown, and the next one keeps its own', () => {
  setActivePinia(createPinia())
  const store = useScreenCommands()
  const [first, second] = [effectScope(), effectScope()]
  first.run(() => offerCommands(() => [{ title: 'one', call: () => undefined }]))
  expect(store.list.map(({ title }) => title)).toEqual(['one'])
  second.run(() => offerCommands(() => [{ title: 'two', call: () => undefined }]))
  first.stop()
  expect(store.list.map(({ title }) => title)).toEqual(['two'])
  second.stop()
  expect(store.list).toEqual([])
})
