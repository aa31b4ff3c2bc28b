/** Help, manual and completion are made from one declaration, and say what it says. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { unlessImpossible } from '../../test/fixtures/conditions.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { bashCompletion } from './bash-completion.ts'
import { manualPage } from './manual-page.ts'
import { makeProgram } from './program.ts'

function namesBelow(command: Command): string[] {
  return command.commands.flatMap(child => [child.name(), ...namesBelow(child)])
}

function optionsBelow(command: Command): string[] {
  return [...command.options, ...command.commands.flatMap(child => child.options)].flatMap(
    ({ long }) => long ?? [],
  )
}

const hasMan = spawnSync('man', ['--version']).status === 0

test(
  'man formats the manual page without a complaint, with every command and option in it',
  unlessImpossible(hasMan ? undefined : 'there is no man'),
  () => {
    const program = makeProgram()
    const { stdout, stderr } = spawnSync('man', ['--warnings=all', '-l', '-'], {
      input: manualPage(program),
      env: { ...process.env, MANWIDTH: '100', MAN_KEEP_FORMATTING: '' },
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const words = stdout.replaceAll(/.\x08/g, '')
    for (const name of [...namesBelow(program), ...optionsBelow(program)]) expect(words).toContain(name)
  },
)

test('the manual page names every command and option', () => {
  const program = makeProgram()
  const text = manualPage(program).replaceAll('\\-', '-')
  for (const name of [...namesBelow(program), ...optionsBelow(program)]) expect(text).toContain(name)
  expect(text).not.toContain('undefined')
})

/** What bash offers for the last of some words. */
function offered(...words: readonly string[]): string[] {
  const folder = temporaryFolder('completion')
  const file = path.join(folder, 'completion.bash')
  writeFileSync(file, bashCompletion(makeProgram()))
  const script = `source "$0"; COMP_WORDS=(folio-lab "$@"); COMP_CWORD=$#; _folio_lab; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script, file, ...words], { encoding: 'utf8' })
    .trim()
    .split('\n')
}

test('bash completes commands, commands of a group, and the options of each', () => {
  expect(offered('')).toEqual(expect.arrayContaining(['run', 'compare', 'runs', 'help', '--version']))
  expect(offered('comp')).toEqual(['compare', 'completion'])
  expect(offered('runs', 're')).toEqual(['restore', 'resume'])
  expect(offered('run', '--bench', 'cow', '--sam')).toEqual(['--samples'])
  expect(offered('compare', '--ins')).toEqual(['--insist'])
})

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)]
}

test('every command and option says what it is for', () => {
  for (const command of allOf(makeProgram())) {
    expect(command.description(), command.name()).not.toBe('')
    for (const option of command.options)
      expect(option.description, `${command.name()} ${option.flags}`).not.toBe('')
  }
})
