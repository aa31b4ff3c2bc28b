import { randomUUID } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { acquireRunLock, findRunLockHolder } from './run-lock.ts'

function freshName(): string {
  return `folio-lab-test-${randomUUID()}`
}

test('the second taker is refused and told who has the lock, until it is released', async () => {
  const name = freshName()
  const runId = randomUUID()
  expect(await findRunLockHolder(name)).toBeNull()
  const lock = await acquireRunLock(name, runId)
  expect(await findRunLockHolder(name)).toEqual({ runId, pid: process.pid })
  await expect(acquireRunLock(name, randomUUID())).rejects.toMatchObject({
    code: 'busy',
    message: `Another run is under way on this machine (run ${runId}, process ${process.pid}).`,
    advice: expect.stringContaining('cancel it'),
  })
  await lock.release()
  await (await acquireRunLock(name, randomUUID())).release()
})

test('a holder that is killed leaves the lock free', async () => {
  const name = freshName()
  const runId = randomUUID()
  const module = new URL('run-lock.ts', import.meta.url).href
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { acquireRunLock } = await import('${module}')
     await acquireRunLock('${name}', '${runId}')
     console.log('held')
     setInterval(() => {}, 1000)`,
  ])
  await once(holder.stdout, 'data')
  expect(await findRunLockHolder(name)).toEqual({ runId, pid: holder.pid })
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(await findRunLockHolder(name)).toBeNull()
  await (await acquireRunLock(name, randomUUID())).release()
})
