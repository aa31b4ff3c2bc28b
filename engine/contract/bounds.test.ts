/**
 * Nothing that comes from outside is without an end: each schema is walked down to its
 * texts, numbers and lists.
 */
import { describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { libraryApi, libraryFilesApi, mainApi, recordingApi, sessionApi } from './api.ts'
import type { Api } from './api-type.ts'
import { RunFile } from './run-file.ts'
import { Sample } from './sample.ts'

/** Paths of what may be of any size, such as `run.label` or `samples[]`. */
function boundless(schema: z.core.$ZodType, at: string): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  const checks = (def.checks ?? []).map(check => check._zod.def.check)
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([name, member]) => boundless(member, `${at}.${name}`))
    case 'array':
      return [...without(checks, ['max_length'], at), ...boundless(def.element, `${at}[]`)]
    case 'record':
      return [
        ...without(checks, ['custom'], at),
        ...boundless(def.keyType, `${at}{key}`),
        ...boundless(def.valueType, `${at}{value}`),
      ]
    case 'string':
      return 'format' in def && def.format === 'uuid' ? [] : without(checks, ['max_length', 'overwrite'], at)
    case 'number':
      return without(checks, ['less_than'], at)
    case 'nullable':
    case 'optional':
    case 'default':
      return boundless(def.innerType, at)
    case 'pipe':
      return [...boundless(def.in, at), ...boundless(def.out, at)]
    case 'union':
      return def.options.flatMap((option, index) => boundless(option, `${at}|${index}`))
    case 'transform':
    case 'boolean':
    case 'enum':
    case 'literal':
    case 'void':
      return []
    default:
      return [`${at} is of a kind that this test does not know: ${def.type}`]
  }
}

function without(checks: readonly string[], bounds: readonly string[], at: string): string[] {
  return checks.some(check => bounds.includes(check)) ? [] : [at]
}

test('every text, number and list of a run file has an end', () => {
  // Samples are read and stored one by one; the size of the whole file is their bound.
  expect(boundless(RunFile, 'file')).toEqual(['file.samples'])
  expect(boundless(Sample, 'sample')).toEqual([])
})

const apis: Readonly<Record<string, Api>> = { libraryApi, libraryFilesApi, mainApi, sessionApi, recordingApi }

describe.each(Object.entries(apis))('%s', (_, { requests }) => {
  // Advice is made by the lab itself: none comes from outside.
  const methods = Object.entries(requests).filter(([method]) => method !== 'recordAdvice')
  test.each(methods)('%s takes nothing without an end', (method, { input }) => {
    expect(boundless(input, method)).toEqual([])
  })
})
