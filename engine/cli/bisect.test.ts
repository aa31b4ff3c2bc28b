import { expect, test } from 'vitest'
import { LabProcess } from '../../test/fixtures/lab-process.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

test.each([
  ['one kernel', '/boot/vmlinuz', /A search needs at least two kernels\./],
  ['a range of which nothing was fetched', '2.4..2.6', /No kernel in 2\.4\.\.2\.6 has been fetched/],
])('a bisection over %s is refused', async (_what, kernel, message) => {
  const lab = new LabProcess([], temporaryFolder('bisect'))
  const { status, log } = await lab.run('bisect', kernel)
  expect(status).toBe(2)
  expect(log).toMatch(message)
})
