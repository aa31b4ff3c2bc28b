/**
 * What goes along with a job: the agents, the runner, the description, and
 * Node where that is wanted.
 */
import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { machine as architecture, tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Failure } from '../contract/failure.ts'
import type { FleetDescription } from '../contract/fleet.ts'
import { mebibyte, type Bytes } from '../contract/units.ts'
import { makeFolder } from '../files/make-folder.ts'
import { writeFile } from '../files/write-file.ts'
import { descriptionName, runnerName } from './job-script.ts'

/** Where the parts come from. */
export type KitSources = Readonly<{
  /** The agent of this machine; those for other architectures are beside it. */
  agentPath: string
  runner: string
  /** The Node to take along; null: the machines have one. */
  node: string | null
}>

const runProgram = promisify(execFile)
const largestKit: Bytes = 512 * mebibyte // with Node, a fifth of it
const foreignAgent = /^folio-agent-[A-Za-z0-9_]+$/

/** Puts everything but the description into a folder. */
export function fillKit(folder: string, { agentPath, runner, node }: KitSources): void {
  requireFile(agentPath, 'Build the agent with “npm run setup”.')
  requireFile(runner, 'Bundle it with “npm run build”.')
  makeFolder(folder)
  take(agentPath, path.join(folder, `folio-agent-${architecture()}`))
  const others = readdirSync(path.dirname(agentPath)).filter(name => foreignAgent.test(name))
  for (const name of others) take(path.join(path.dirname(agentPath), name), path.join(folder, name))
  take(runner, path.join(folder, runnerName))
  if (node !== null) take(node, path.join(folder, `node-${architecture()}`))
}

/** The kit with its description as one text: a gzip-compressed tar file in base64, in lines. */
export async function packKit(description: FleetDescription, sources: KitSources): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-kit-'))
  try {
    fillKit(folder, sources)
    await writeFile(path.join(folder, descriptionName), `${JSON.stringify(description, null, 2)}\n`, {
      overwrite: false,
      libraries: [],
    })
    const words = ['-czf', '-', '-C', folder, ...readdirSync(folder).sort()]
    const { stdout } = await runProgram('tar', words, { encoding: 'buffer', maxBuffer: largestKit })
    return stdout.toString('base64').replaceAll(/.{76}/g, '$&\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function take(from: string, to: string): void {
  copyFileSync(from, to)
  chmodSync(to, 0o755)
}

function requireFile(file: string, advice: string): void {
  if (!existsSync(file)) throw new Failure('not-found', `There is no ${file}, which every job needs.`, advice)
}
