import { expect, test } from 'vitest'
import { newRunId } from '../../test/fixtures/run.ts'
import { lockMachine, runLockName } from './machine-lock.ts'

test('an empty name is the common one: otherwise two runs could disturb each other by mistake', () => {
  expect(runLockName({ FOLIO_LAB_RUN_LOCK: '' })).toBe(runLockName({}))
})

test('a name may have any letters, and has one holder at a time', async () => {
  const name = `größe-${newRunId()}`
  const lock = await lockMachine(name)
  await expect(lockMachine(name)).rejects.toMatchObject({ code: 'busy' })
  await lock.release()
  await (await lockMachine(name)).release()
})

test('a name that is too long is refused as what it is', async () => {
  await expect(lockMachine('é'.repeat(54))).rejects.toMatchObject({
    code: 'bad-input',
    message: 'The name in FOLIO_LAB_RUN_LOCK has 108 bytes; at most 107 are possible.',
  })
})
