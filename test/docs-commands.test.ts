/**
 * Every command in the documents is run as it stands, in the order of its document, with an agent
 * that answers at once. What needs another machine, a cluster or kernel images is only read by the
 * command line; the tests named beside it run such commands for real.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { stageNames } from '../engine/contract/variant.ts'
import { makeProgram } from '../engine/cli/program.ts'
import { inProject } from '../build/setup/paths.mjs'
import { fakeAgentPath } from './fakes/fake-agent-path.ts'
import { documentedCommands as commands, type DocumentedCommand } from './fixtures/documented-commands.ts'
import { labProgram } from './fixtures/lab-program.ts'
import { newRunId } from './fixtures/run.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'

/** Counts what the model does; the other one has no model. */
const realAgent = inProject('out/native/release/folio-agent')

const stages = [...stageNames, 'upstream-6.8', 'upstream-6.9'].map(name => ({
  name,
  summary: 'a stage',
  section: 'D',
}))

/** Commands that cannot be run here, with the tests that run their like. */
const elsewhere: readonly Readonly<{ words: RegExp; why: string }>[] = [
  { words: /--on /, why: 'another machine: test/machines/documented.test.ts' },
  { words: /^fleet /, why: 'a cluster or a folder of one: test/machines/documented.test.ts' },
  { words: /--target vm|^bisect |^functions |^kernels /, why: 'kernel images: test/vm' },
  { words: /^runs resume/, why: 'a run that was interrupted: engine/cli/cli.test.ts' },
  { words: /^project --check/, why: 'some minutes of measuring: engine/cli/cli.test.ts' },
]

function reasonNotToRun({ words }: DocumentedCommand): string | undefined {
  return elsewhere.find(({ words: pattern }) => pattern.test(words.join(' ')))?.why
}

test('the documents hold commands, in README and below docs', () => {
  const files = new Set(commands.map(({ file }) => file))
  for (const file of ['docs/command-line.md', 'docs/fleet.md', 'docs/guide.md']) expect(files).toContain(file)
})

test('the command line knows every command and option of the documents', async () => {
  for (const { file, words } of commands) {
    const program = makeProgram()
    let isUnderstood = false
    for (const command of allOf(program))
      command
        .exitOverride()
        .configureOutput({ writeErr: () => undefined })
        .action(() => void (isUnderstood = true))
    await program.parseAsync([...words], { from: 'user' }).catch((error: unknown) => {
      throw new Error(`${file}: folio-lab ${words.join(' ')}`, { cause: error })
    })
    expect(isUnderstood, `${file}: folio-lab ${words.join(' ')}`).toBe(true)
  }
})

function allOf(command: Command): Command[] {
  return command.commands.flatMap(child => [child, ...allOf(child)])
}

describe.each([...new Set(commands.map(({ file }) => file))])('%s', file => {
  const folder = temporaryFolder('docs')
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HOME: folder,
    FOLIO_LAB_AGENT: fakeAgentPath(folder, { schemes: stages }),
    FOLIO_LAB_RUN_LOCK: `folio-lab-test-${newRunId()}`,
  }

  async function run(words: readonly string[]): Promise<{ status: number | null; out: string; err: string }> {
    const child = spawn(process.execPath, [labProgram, ...words], {
      cwd: folder,
      env:
        words[0] === 'counts' || words[0] === 'phone'
          ? { ...environment, FOLIO_LAB_AGENT: realAgent }
          : environment,
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    await once(child, 'close')
    return { status: child.exitCode, out, err }
  }

  /** What a reader puts in the place of words in capitals. */
  async function filled(words: readonly string[]): Promise<string[]> {
    if (!words.some(word => /^(ID|FILE|DIR)\b/.test(word))) return [...words]
    const list = JSON.parse((await run(['runs', 'list', '--json'])).out) as {
      id: string
      label: string
      variantLabels: string[]
    }[]
    const ids = new Map<string, string | undefined>([
      ['ID', list[0]?.id],
      ['ID-OF-OFF', list.find(({ variantLabels }) => variantLabels.includes('off'))?.id],
      ['ID-OF-ON', list.find(({ variantLabels }) => variantLabels.includes('on'))?.id],
      ['FILE', 'run.folio-run.json'],
      ['DIR', 'a-new-folder'],
    ])
    return words.map(word => ids.get(word) ?? word)
  }

  test('every command does what it is there for', { timeout: 600_000 }, async () => {
    // What a reader has measured before.
    await run(['run', '--bench', 'munmap,remap', '--samples', '6'])
    for (const command of commands.filter(other => other.file === file)) {
      if (reasonNotToRun(command) !== undefined) continue
      const words = await filled(command.words)
      const { status, err } = await run(shortened(words))
      expect({ command: words.join(' '), status, err: status === 0 ? '' : err }).toEqual({
        command: words.join(' '),
        status: 0,
        err: '',
      })
    }
  })
})

/** The same with less time to measure. */
function shortened(words: readonly string[]): string[] {
  const short = words.map(word => (word === '60s' ? '2s' : word))
  return words[0] === 'calibrate' || (words[0] === 'advise' && !words.includes('--budget'))
    ? [...short, '--budget', '2s']
    : short
}
