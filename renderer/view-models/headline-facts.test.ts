import { expect, test } from 'vitest'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { headlineFacts } from './headline-facts.ts'

test('the headline names the kernel first', () => {
  expect(headlineFacts(exampleFacts)[0]).toEqual({ name: 'Kernel', value: '6.15.0' })
})
