import { expect, test } from 'vitest'
import { emptyForm, formOf, machineFrom } from './machine-form.ts'

test('what is left empty is left to ssh', () => {
  const { machine } = machineFrom({ ...emptyForm, name: 'epyc', address: 'epyc.example.org' })
  expect(machine).toEqual({
    name: 'epyc',
    address: 'epyc.example.org',
    user: null,
    port: null,
    key: null,
    labels: [],
  })
})

test('a machine that was read into the form comes out of it unchanged', () => {
  const machine = {
    name: 'epyc',
    address: '::1',
    user: 'me',
    port: 2222,
    key: '/home/me/.ssh/lab',
    labels: ['zen3', 'rack 4'],
  }
  expect(machineFrom(formOf(machine)).machine).toEqual(machine)
})

test.each([
  ['name', { name: 'two words' }, /^A name has letters, digits.*\.$/],
  ['address', { address: '-oProxyCommand=evil' }, /host name/],
  ['port', { port: 'ssh' }, /whole number|expected/i],
  ['port', { port: '70000' }, /at most 65535/],
  ['key', { key: 'id_ed25519' }, /absolute path/],
])('what is wrong with the %s is said there', (field, change, message) => {
  const { errors } = machineFrom({ ...emptyForm, name: 'epyc', address: 'epyc', ...change })
  expect(Object.keys(errors ?? {})).toEqual([field])
  expect(Object.values(errors ?? {})[0]).toMatch(message)
})
