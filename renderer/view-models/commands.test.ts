import { expect, test } from 'vitest'
import { commandsFor, filterCommands, type CommandAction } from './commands.ts'

type CommandContext = Parameters<typeof commandsFor>[0]

const idle: CommandContext = { underWay: 'none', onScreen: [], runs: [] }

test('a run under way puts what can be done with it first', () => {
  function actions(underWay: CommandContext['underWay']): CommandAction[] {
    return commandsFor({ ...idle, underWay })
      .filter(({ group }) => group === 'Under way')
      .map(({ action }) => action)
  }
  expect(actions('sampling')).toEqual([
    { kind: 'run', what: 'pause' },
    { kind: 'run', what: 'cancel' },
  ])
  expect(actions('paused')[0]).toEqual({ kind: 'run', what: 'proceed' })
  expect(actions('advice')).toEqual([{ kind: 'cancel-advice' }])
  expect(actions('none')).toEqual([])
})

test('what the shown screen offers comes before what can be done anywhere', () => {
  function call(): undefined {
    return undefined
  }
  const commands = commandsFor({
    ...idle,
    onScreen: [{ title: 'Start this run', shortcut: 'Ctrl Enter', call }],
  })
  expect(commands[0]).toEqual({
    title: 'Start this run',
    shortcut: 'Ctrl Enter',
    group: 'On this screen',
    action: { kind: 'call', call },
  })
  expect(commands[1]?.group).toBe('Go to')
})

test('no two commands share a shortcut or a title', () => {
  const commands = commandsFor({ ...idle, underWay: 'sampling' })
  const shortcuts = commands.map(({ shortcut }) => shortcut).filter(shortcut => shortcut !== '')
  expect(new Set(shortcuts).size).toBe(shortcuts.length)
  expect(new Set(commands.map(({ title }) => title)).size).toBe(commands.length)
})

test('words are found anywhere in a title; titles that begin with them come first', () => {
  function titles(text: string): string[] {
    return filterCommands(commandsFor(idle), text).map(({ title }) => title)
  }
  expect(titles('run')).toEqual(['Runs', 'New run', 'Deleted runs'])
  expect(titles('THEME dark')).toEqual(['Dark theme'])
  expect(titles('nonsense')).toEqual([])
  expect(titles('')).toHaveLength(commandsFor(idle).length)
})

test('a run is found by its name, and not listed before one is typed', () => {
  const commands = commandsFor({ ...idle, runs: [{ id: 'a1', label: 'EPYC stages' }] })
  expect(filterCommands(commands, 'epyc')).toMatchObject([
    { title: 'Open run “EPYC stages”', action: { kind: 'show', path: '/runs/a1' } },
  ])
  expect(filterCommands(commands, '').some(({ group }) => group === 'Runs')).toBe(false)
})
