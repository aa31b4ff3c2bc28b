import { expect, test } from 'vitest'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import { newForm, readForm, withValue } from './plan-form.ts'
import { fieldAt, fieldsOf, textFieldNames, textFields } from './text-fields.ts'

const form = newForm(exampleReport, 7)

test('every field is asked for by some form, in one section', () => {
  const targets = ['host', 'model', 'vm'] as const
  const stoppings = ['rounds', 'resolution'] as const
  const sections = ['model', 'machine', 'memory', 'folio', 'repetition', 'order'] as const
  const asked = sections.map(section =>
    targets.flatMap(target => stoppings.flatMap(stopping => fieldsOf(section, { target, stopping }))),
  )
  expect(asked.flatMap(names => [...new Set(names)]).sort()).toEqual([...textFieldNames].sort())
})

test('each field is found by its place in a plan', () => {
  for (const name of textFieldNames) expect(fieldAt(textFields[name].path)).toBe(name)
  expect(fieldAt('label')).toBeUndefined()
})

test.each(textFieldNames)('%s: a text that is not a value is answered with what to enter instead', name => {
  const wrong = withValue(form, name, 'some words')
  for (const target of ['host', 'model', 'vm'] as const)
    for (const stopping of ['rounds', 'resolution'] as const) {
      const { errors } = readForm({ ...wrong, target, stopping })
      const isSaid = errors[name] === textFields[name].advice
      expect(isSaid, `${target}, ${stopping}`).toBe(textFields[name].isAsked({ target, stopping }))
    }
})
