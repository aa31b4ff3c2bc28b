import { expect, test } from 'vitest'
import { commandsFor, filterCommands } from './commands.ts'

test('a run under way puts what can be done with it first', () => {
  expect(
    commandsFor('sampling')
      .slice(0, 2)
      .map(({ action }) => action),
  ).toEqual([
    { kind: 'run', what: 'pause' },
    { kind: 'run', what: 'cancel' },
  ])
  expect(commandsFor('paused')[0]?.action).toEqual({ kind: 'run', what: 'proceed' })
  expect(commandsFor('none').some(({ action }) => action.kind === 'run')).toBe(false)
})

test('no two commands share a shortcut or a title', () => {
  const commands = commandsFor('sampling')
  const shortcuts = commands.map(({ shortcut }) => shortcut).filter(shortcut => shortcut !== '')
  expect(new Set(shortcuts).size).toBe(shortcuts.length)
  expect(new Set(commands.map(({ title }) => title)).size).toBe(commands.length)
})

test('words are found anywhere in a title; titles that begin with them come first', () => {
  function titles(text: string): string[] {
    return filterCommands(commandsFor('none'), text).map(({ title }) => title)
  }
  expect(titles('run')).toEqual(['Runs', 'New run'])
  expect(titles('THEME dark')).toEqual(['Dark theme'])
  expect(titles('nonsense')).toEqual([])
  expect(titles('')).toHaveLength(commandsFor('none').length)
})
