import { expect, test } from 'vitest'
import { parseFinishedJobs, parseTasks } from './slurm.ts'

test('tasks are known by their numbers, whichever id and line they have', () => {
  const text = [
    'JobId=12 ArrayJobId=12 ArrayTaskId=4-6,9%2 JobName=folio-lab-zen JobState=PENDING Reason=Resources NodeList=(null)',
    'JobId=14 ArrayJobId=12 ArrayTaskId=1 JobName=folio-lab-zen JobState=RUNNING Reason=None NodeList=n2 BatchHost=n2',
    'JobId=13 ArrayJobId=12 ArrayTaskId=0 JobState=CANCELLED Reason=None NodeList=n1 BatchHost=n1',
    'JobId=99 ArrayJobId=98 ArrayTaskId=3 JobState=RUNNING',
    '',
  ].join('\n')
  const tasks = parseTasks(text, 12)
  expect(tasks.map(({ job }) => job)).toEqual([4, 5, 6, 9, 1, 0])
  expect(tasks[0]).toEqual({ job: 4, state: 'PENDING', node: null, reason: 'Resources' })
  expect(tasks[4]).toEqual({ job: 1, state: 'RUNNING', node: 'n2', reason: '' })
})

test('of a job that was requeued the last end counts', () => {
  const text = [
    'JobId=7 UserId=root(0) JobState=NODE_FAIL Partition=main',
    'JobId=7 UserId=root(0) JobState=COMPLETED Partition=main',
    'no line of a job',
  ].join('\n')
  expect([...parseFinishedJobs(text)]).toEqual([[7, 'COMPLETED']])
})
