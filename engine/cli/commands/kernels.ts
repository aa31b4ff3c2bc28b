import type { Command } from 'commander'
import { architectureNames } from '../../contract/architecture.ts'
import { Failure } from '../../contract/failure.ts'
import { kernelFolder } from '../../kernels/kernel-cache.ts'
import { compareReleases } from '../../kernels/kernel-release.ts'
import { flavourFrom, KernelStore, type OfferedKernel } from '../../kernels/offered-kernels.ts'
import { left, right, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import { formatBytes } from '../../text/size-text.ts'
import type { CommonOptions } from '../context.ts'
import { parseChoice, parseList } from '../parse.ts'
import { print, printJson, say } from '../terminal.ts'

type Options = Pick<CommonOptions, 'json'> &
  Readonly<{ suites?: string; arch?: string; flavour?: string; refresh?: boolean; all?: boolean }>

const suitesOption = [
  '--suites <LIST>',
  'suites of Debian to use instead of this machine’s sources, such as bookworm-backports,trixie',
] as const
const flavourOption = [
  '--flavour <NAME>',
  'kind of kernel: cloud-amd64, amd64 with all drivers, cloud-arm64, arm64-16k with pages of 16 KiB',
] as const
const archOption = ['--arch <NAME>', `architecture of the kernels: ${architectureNames.join(', ')}`] as const
const jsonOption = ['--json', 'print the result as JSON'] as const

/** `kernels`: images to boot in virtual machines: what there is, fetch, remove. */
export function addKernelsCommand(program: Command): void {
  const kernels = program
    .command('kernels')
    .description('kernels to boot in virtual machines: list, fetch, remove')
  kernels
    .command('list')
    .description('list what was fetched, and what Debian’s package sources offer')
    .option(...suitesOption)
    .option(...archOption)
    .option(...flavourOption)
    .option('--refresh', 'update the package lists even if they are recent')
    .option(...jsonOption)
    .addHelpText('after', helpText)
    .action(list)
  kernels
    .command('fetch <kernel...>')
    .description('fetch kernels: a release, a series (6.12: its newest) or a range of series (6.1..7.3)')
    .option(...suitesOption)
    .option(...archOption)
    .option(...flavourOption)
    .option(...jsonOption)
    .addHelpText('after', helpText)
    .action(fetch)
  kernels
    .command('remove [kernel...]')
    .description('remove kernels that were fetched, named as for “fetch”')
    .option(...archOption)
    .option('--all', 'all of them')
    .option(...jsonOption)
    .action(remove)
}

const helpText = `
Packages are fetched by apt, which checks their signatures, into a folder of Folio Lab’s own. With --suites a list of
sources is written there as well: nothing of this system’s configuration is changed, and nothing is installed.`

function storeFor({ suites, arch, flavour }: Options): KernelStore {
  const architecture = arch === undefined ? undefined : parseChoice('--arch', arch, architectureNames)
  return new KernelStore(process.env, parseList(suites ?? ''), flavourFrom(flavour, architecture))
}

async function list(options: Options): Promise<void> {
  const { refresh = false, json } = options
  const store = storeFor(options)
  const cached = store.cached()
  const offered = await store.offered(refresh).catch((error: unknown) => {
    if (!(error instanceof Failure) || cached.length === 0) throw error
    say(`The package sources could not be asked. ${error.message}`)
    return []
  })
  const folder = kernelFolder(process.env)
  if (json === true) printJson({ folder, cached, offered })
  else print(renderText([tableOf(cached, offered, folder)]))
}

type Cached = ReturnType<KernelStore['cached']>

function tableOf(cached: Cached, offered: readonly OfferedKernel[], folder: string): Table {
  const releases = [...new Set([...cached, ...offered].map(({ release }) => release))].sort(compareReleases)
  const total = cached.reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    title: 'Kernels',
    columns: [left('release'), left('package version'), right('download'), right('fetched')],
    rows: releases.map(release => {
      const offer = offered.find(kernel => kernel.release === release)
      const here = cached.find(kernel => kernel.release === release)
      return [
        textCell(release),
        textCell(offer?.version ?? ''),
        textCell(offer === undefined ? '' : sizeWords(offer.bytes)),
        textCell(here === undefined ? '' : sizeWords(here.bytes)),
      ]
    }),
    notes: [
      `${cached.length} fetched, ${sizeWords(total)} in ${folder}.`,
      'To boot one: --kernel with its release, its series (6.12, 6.12-arm64-16k) or a range (6.1..7.3).',
    ],
  }
}

function sizeWords(bytes: number): string {
  return formatBytes(Math.round(bytes / 1024 / 1024) * 1024 * 1024)
}

async function fetch(words: readonly string[], options: Options): Promise<void> {
  const { json } = options
  const fetched = await storeFor(options).fetch(words, ({ release, bytes }) =>
    say(`fetching ${release} (${sizeWords(bytes)})`),
  )
  if (json === true) printJson(fetched)
  else for (const { release, file } of fetched) print(`${release}  ${file}`)
}

function remove(words: readonly string[], options: Options): void {
  const { all, json } = options
  const store = storeFor(options)
  if (words.length === 0 && all !== true)
    throw new Failure(
      'bad-input',
      'No kernel was given.',
      'Name one or more, or remove all of them with --all.',
    )
  const removed = store.remove(all === true ? store.cached().map(({ release }) => release) : words)
  const bytes = removed.reduce((sum, kernel) => sum + kernel.bytes, 0)
  if (json === true) printJson({ removed: removed.map(({ release }) => release), bytes })
  else say(`${removed.length} removed, ${sizeWords(bytes)} freed.`)
}
