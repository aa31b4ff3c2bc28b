/**
 * Debian's packages by apt, which checks the signatures. Everything is kept in a folder of the
 * lab's own: lists, caches, and the list of sources where other suites are wanted. Nothing of the
 * system's configuration is changed, and no root is needed.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { architectureSynonyms, type Architecture } from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'
import { SuiteName } from '../contract/kernels.ts'
import type { Bytes, Milliseconds } from '../contract/units.ts'

/** A package as the lists describe it. */
export type ListedPackage = Readonly<{
  name: string
  version: string
  bytes: Bytes
  /** Names of the packages that it needs. */
  needs: readonly string[]
}>

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const mirror = 'http://deb.debian.org'
const temporary = 'tmp'
const listsAreOldAfter: Milliseconds = 24 * 3600 * 1000
const mostOutput = 256 * 1024 * 1024 // what apt prints about kernels is a few MB

export class Apt {
  readonly #folder: string
  readonly #suites: readonly string[]
  readonly #architecture: string

  /**
   * `suites`: those of Debian to use instead of the machine's own sources; empty for these.
   * `architecture`: of the packages, whatever the machine has.
   */
  constructor(folder: string, suites: readonly string[], architecture: Architecture) {
    for (const suite of suites)
      if (!SuiteName.safeParse(suite).success)
        throw new Failure(
          'bad-input',
          `“${suite}” is not the name of a suite.`,
          'Such names are bookworm-backports, trixie or trixie-backports.',
        )
    this.#suites = suites
    this.#architecture = architectureSynonyms[architecture].debian
    const sources = suites.length === 0 ? 'own-sources' : [...suites].sort().join('_')
    this.#folder = path.join(folder, architecture === 'x86-64' ? sources : `${this.#architecture}_${sources}`)
  }

  /** Lists of packages, fetched unless those of today are there or `anew` is wanted. */
  async refresh(anew: boolean): Promise<void> {
    const mark = path.join(this.#folder, 'refreshed')
    const age = Date.now() - (statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    if (!anew && age < listsAreOldAfter) return
    this.#prepare()
    await this.#run('apt-get', ['update'])
    writeFileSync(mark, '')
  }

  /** All packages whose name matches (POSIX), each in the version that apt would choose. */
  async list(pattern: string): Promise<ListedPackage[]> {
    const found = await this.#run('apt-cache', ['search', '--names-only', pattern])
    const names = found.split('\n').flatMap(line => /^\S+(?= - )/.exec(line) ?? [])
    if (names.length === 0) return []
    return parsePackages(await this.#run('apt-cache', ['show', '--no-all-versions', ...names]))
  }

  /** Downloads packages into `folder`, each under the name that Debian gives it. */
  async download(names: readonly string[], folder: string): Promise<void> {
    await this.#run('apt-get', ['download', ...names], folder)
  }

  #prepare(): void {
    for (const name of ['lists/partial', 'cache/archives/partial', temporary])
      mkdirSync(path.join(this.#folder, name), { recursive: true })
    writeFileSync(path.join(this.#folder, 'status'), '')
    if (this.#suites.length === 0) return
    if (!existsSync(keyring))
      throw new Failure(
        'unsupported',
        `Debian’s keys are not installed on this machine, so its packages cannot be verified (${keyring}).`,
        'Install them: apt-get install debian-archive-keyring.',
      )
    writeFileSync(path.join(this.#folder, 'sources.list'), sourcesOf(this.#suites, this.#architecture))
  }

  #options(): string[] {
    const folder = this.#folder
    function own(name: string): string {
      return path.join(folder, name)
    }
    const settings = {
      'Dir::State::lists': own('lists'),
      'Dir::State::status': own('status'),
      'Dir::Cache': own('cache'),
      'APT::Architecture': this.#architecture,
      'APT::Architectures': this.#architecture,
      'APT::Get::AllowUnauthenticated': 'false',
      'Acquire::AllowInsecureRepositories': 'false',
      'Acquire::Languages': 'none',
      ...(this.#suites.length === 0
        ? {}
        : { 'Dir::Etc::sourcelist': own('sources.list'), 'Dir::Etc::sourceparts': '-' }),
      // The user to whom apt gives downloads up may not enter root's home, where the folder is.
      ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
    }
    return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  }

  async #run(program: string, words: readonly string[], cwd = this.#folder): Promise<string> {
    try {
      const { stdout } = await promisify(execFile)(program, [...this.#options(), '-q', ...words], {
        cwd,
        env: {
          ...process.env,
          LC_ALL: 'C.UTF-8',
          DEBIAN_FRONTEND: 'noninteractive',
          // Where the shared one is full, apt says that signatures are wrong.
          TMPDIR: path.join(this.#folder, temporary),
        },
        maxBuffer: mostOutput,
      })
      return stdout
    } catch (error) {
      throw aptFailure(`${program} ${words[0] ?? ''}`, error)
    }
  }
}

/** What apt reads: each suite from Debian’s archive, security suites from theirs. */
export function sourcesOf(suites: readonly string[], architecture: string): string {
  function line(suite: string): string {
    const archive = suite.endsWith('-security') ? 'debian-security' : 'debian'
    return `deb [arch=${architecture} signed-by=${keyring}] ${mirror}/${archive} ${suite} main\n`
  }
  return suites.map(line).join('')
}

/** Reads what `apt-cache show` prints. */
export function parsePackages(text: string): ListedPackage[] {
  return text.split(/\n{2,}/).flatMap(stanza => {
    function field(name: string): string | undefined {
      return new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1]
    }
    const [name, version, size] = [field('Package'), field('Version'), field('Size')]
    if (name === undefined || version === undefined || size === undefined) return []
    const needs = `${field('Pre-Depends') ?? ''},${field('Depends') ?? ''}`
    return [{ name, version, bytes: Number(size), needs: namesOf(needs) }]
  })
}

/** `a` and `b` of `a (>= 1), b | c`. */
function namesOf(needs: string): string[] {
  return needs.split(',').flatMap(need => /^\s*([a-z0-9][a-z0-9+.~-]*)/.exec(need)?.[1] ?? [])
}

function aptFailure(command: string, error: unknown): Failure {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new Failure(
      'unsupported',
      'Kernels are fetched with apt, which this machine does not have.',
      'Fetch a package by hand (.deb or .rpm), and give its path to --kernel.',
      { cause: error },
    )
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  const lines = output.split('\n').filter(line => /^[EW]:/.test(line))
  return new Failure(
    'unreachable',
    `“${command}” failed: ${(lines.length > 0 ? lines : [output.trim()]).slice(0, 3).join(' ')}`,
    'Check the network and the names of the suites. Kernels that were fetched before can still be used.',
    { cause: error },
  )
}
