import { expect, test } from 'vitest'
import { Failure } from '../../engine/contract/failure.ts'
import { useAsking } from './asking.ts'

test('an answer stays until the next one is there, and a failure until the next question', async () => {
  const answers = [() => 1, () => Promise.reject(new Failure('unsupported', 'Not here.', '')), () => 2]
  const { answer, failure, isAsking, ask } = useAsking(async () => answers.shift()!())
  const first = ask()
  expect(isAsking.value).toBe(true)
  await first
  expect([answer.value, isAsking.value]).toEqual([1, false])
  await ask()
  expect([answer.value, failure.value?.message]).toEqual([1, 'Not here.'])
  await ask()
  expect([answer.value, failure.value]).toEqual([2, null])
})

test('what comes after its question was given up is no answer, nor a failure', async () => {
  const ends: (() => void)[] = []
  const asking = useAsking(
    () =>
      new Promise<string>((resolve, reject) =>
        ends.push(ends.length === 0 ? () => resolve('late') : () => reject(new Error('late'))),
      ),
  )
  const asked = [asking.ask(), asking.ask()]
  asking.forget()
  for (const end of ends) end()
  await Promise.all(asked)
  expect([asking.answer.value, asking.failure.value, asking.isAsking.value]).toEqual([null, null, false])
})
