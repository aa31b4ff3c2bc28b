/**
 * The commands of the documents that need another machine or a cluster, each as it stands there, in
 * order: over a real ssh, on a real Slurm, and by a shell alone.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { inProject } from '../../build/setup/paths.mjs'
import type { FleetStatus } from '../../engine/contract/fleet.ts'
import { unlessMissing } from '../fixtures/conditions.ts'
import { documentedCommands } from '../fixtures/documented-commands.ts'
import { LabProcess } from '../fixtures/lab-process.ts'
import { missingForSlurm, startCluster } from '../fixtures/slurm-cluster.ts'
import { missingForSsh, startSshServer, type SshServer } from '../fixtures/ssh-server.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

vi.setConfig({ testTimeout: 590_000, hookTimeout: 60_000 })

const missingRunner = existsSync('out/engine/runner.js') ? undefined : 'out/engine/runner.js (npm run build)'
const calm = { timeout: 200_000, interval: 1_000 }

type Kind = 'ssh' | 'slurm' | 'script'

/** What a command needs; undefined: nothing beside this machine. */
function kindOf(words: readonly string[]): Kind | undefined {
  const [first, second] = words
  if (first === 'fleet') return second === 'script' ? 'script' : 'slurm'
  if (words.includes('--on') || first === 'machines' || (first === 'runs' && second === 'resume'))
    return 'ssh'
  return undefined
}

function commandsOf(kind: Kind): readonly (readonly string[])[] {
  const found = documentedCommands.filter(({ words }) => kindOf(words) === kind).map(({ words }) => words)
  expect(found).not.toEqual([])
  return found
}

/** The same on small regions, a few times. */
function shortened(words: readonly string[]): string[] {
  const [first, second] = words
  const isRun = first === 'run' || second === 'script' || (second === 'submit' && !words.includes('--again'))
  return isRun ? [...words, '--size', '32M', '--samples', '6'] : [...words]
}

async function expectDone(lab: LabProcess, words: readonly string[]): Promise<void> {
  const { status, log } = await lab.run(...words)
  const command = words.join(' ')
  expect({ command, status, log: status === 0 ? '' : log }).toEqual({ command, status: 0, log: '' })
}

/** What the address of a document is, by the configuration of whoever connects. */
function nameHost({ clientFolder, machine: { name, user, port, key } }: SshServer): void {
  const lines = [
    'HostName 127.0.0.1',
    `User ${user ?? ''}`,
    `Port ${port ?? 22}`,
    `IdentityFile ${key ?? ''}`,
  ]
  appendFileSync(
    path.join(clientFolder, 'config'),
    [`Host ${name}.example.org`, ...lines.map(line => `  ${line}`), ''].join('\n'),
  )
}

test(
  'over ssh every documented command does what it is there for',
  unlessMissing(missingForSsh()),
  async () => {
    const names = ['epyc', 'xeon', 'ampere']
    // Each with a network of its own, and so the lock of a machine of its own.
    const programs = { sh: 'exec unshare --map-current-user --net /bin/sh "$@"' }
    const servers = await Promise.all(names.map(name => startSshServer({ name, programs })))
    servers.forEach(nameHost)
    const lab = new LabProcess(servers.map(({ clientFolder }) => clientFolder))
    for (const name of ['xeon', 'ampere'])
      await expectDone(lab, ['machines', 'add', name, `${name}.example.org`])
    for (const words of commandsOf('ssh')) {
      const user = servers[0]?.machine.user ?? ''
      const mine = words.map((word, index) => (words[index - 1] === '--user' ? user : word))
      if (mine[1] === 'resume') await interruptRun(lab, servers)
      const id = JSON.parse((await lab.run('runs', 'list', '--json')).output) as { id: string }[]
      await expectDone(lab, shortened(mine.map(word => (word === 'ID' ? (id[0]?.id ?? '') : word))))
    }
    for (const server of servers) await expect.poll(server.processes, calm).toEqual([])
  },
)

/** Ends the lab in the middle of a run, which is then to be resumed. */
async function interruptRun(lab: LabProcess, servers: readonly SshServer[]): Promise<void> {
  const started = lab.start(['run', '--on', 'epyc', '--bench', 'fork', '--size', '32M', '--samples', '400'])
  await expect
    .poll(async () => {
      const [run] = JSON.parse((await lab.run('runs', 'list', '--json')).output) as {
        status: string
        sampleCount: number
      }[]
      return run?.status === 'running' ? run.sampleCount : 0
    }, calm)
    .toBeGreaterThan(0)
  started.kill('SIGKILL')
  await started.ended
  for (const server of servers) await expect.poll(server.processes, calm).toEqual([])
}

test(
  'on a cluster every documented command does what it is there for',
  unlessMissing(missingForSlurm() ?? missingRunner),
  async () => {
    const cluster = await startCluster(['n1', 'n2'], ['zen3', 'zen4'])
    const lab = new LabProcess([cluster.programFolder, path.dirname(process.execPath)])
    for (const words of commandsOf('slurm'))
      await expectDone(lab, shortened(words.map(word => word.replace(/^\/shared/, cluster.shared))))
    // What the last of them have left is put on the list again, and comes to its end.
    await expectDone(lab, ['fleet', 'add', path.join(cluster.shared, 'zen')])
    await expect.poll(() => statesOf(lab), calm).toEqual(Array<string>(4).fill('finished'))
    await expectDone(lab, ['fleet', 'collect', 'zen'])
    expect(await statesOf(lab)).toEqual(Array<string>(4).fill('collected'))
  },
)

async function statesOf(lab: LabProcess): Promise<string[]> {
  const { output } = await lab.run('fleet', 'status', 'zen', '--json')
  return (JSON.parse(output) as FleetStatus).jobs.map(({ state }) => state)
}

test(
  'a script measures where there is only a shell and Node, goes on where it was ended, and its run is taken in',
  unlessMissing(missingRunner),
  async () => {
    const [words = []] = commandsOf('script')
    expect(readFileSync(inProject('docs/fleet.md'), 'utf8')).toContain('\n    sh zen.sh /somewhere\n')
    const lab = new LabProcess([])
    const folder = temporaryFolder('script')
    const [script, output] = [path.join(folder, 'zen.sh'), path.join(folder, 'somewhere')]
    const many = [...shortened(words).slice(0, -1), '60'].map(word => (word === 'zen.sh' ? script : word))
    await expectDone(lab, many)

    const first = startScript(script, output)
    await expect.poll(() => journalLines(output), { timeout: 60_000 }).toBeGreaterThan(4)
    first.kill('SIGTERM')
    expect((await first.ended).status).toBe(130)
    const before = journalText(output).split('\n')[1]
    expect(runFiles(output)).toEqual([])

    expect(await startScript(script, output).ended).toMatchObject({ status: 0 })
    expect(journalText(output).split('\n')[1]).toBe(before)
    const [file = ''] = runFiles(output)
    const again = await startScript(script, output).ended
    expect(again).toMatchObject({ status: 0, log: `This job has its run already: ${file}\n` })
    expect(runFiles(output)).toEqual([file])
    await expectDone(lab, ['runs', 'import', file])
    // The kit was there for as long as it was needed.
    expect(readdirSync(path.join(folder, 'tmp'))).toEqual([])
  },
)

function startScript(
  script: string,
  output: string,
): Readonly<{
  kill: (signal: NodeJS.Signals) => void
  ended: Promise<Readonly<{ status: number | null; log: string }>>
}> {
  const child = spawn('sh', ['-c', 'mkdir -p "$TMPDIR" && exec sh "$@"', 'sh', script, output], {
    env: {
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      TMPDIR: path.join(path.dirname(script), 'tmp'),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (more: string) => (log += more))
  const ended = once(child, 'close').then(() => ({ status: child.exitCode, log }))
  return { kill: signal => void child.kill(signal), ended }
}

/** The folder of this machine in that of the script; undefined: none yet. */
function ownFolder(output: string): string | undefined {
  const [name] = existsSync(output) ? readdirSync(output) : []
  return name === undefined ? undefined : path.join(output, name)
}

function journalText(output: string): string {
  const file = path.join(ownFolder(output) ?? output, 'journal')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function journalLines(output: string): number {
  return journalText(output).split('\n').length
}

function runFiles(output: string): string[] {
  const folder = ownFolder(output)
  if (folder === undefined) return []
  return readdirSync(folder)
    .filter(name => name.endsWith('.folio-run.json'))
    .map(name => path.join(folder, name))
}
