/**
 * Facts from what the agent reports and from files that it passes on: it is too small a program to
 * unpack and hash them.
 */
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { RawFacts, ToldFacts } from '../contract/agent-protocol.ts'
import type { Facts } from '../contract/environment.ts'
import { mebibyte, type Bytes } from '../contract/units.ts'

/**
 * The facts of a machine: what its agent reports, completed from the files that it passes on as
 * they are.
 */
export function factsFrom({ kernel, identity, ...told }: ToldFacts, raw: RawFacts): Facts {
  const config = raw.kernelConfig === null ? '' : readConfig(Buffer.from(raw.kernelConfig, 'base64'))
  return {
    ...told,
    kernel: { ...kernel, config: wantedOptionsOf(config) },
    identity: { ...identity, machineIdHash: raw.machineId === null ? null : hashOf(raw.machineId) },
  }
}

/**
 * A machine's id identifies it to whoever knows it; its hash with a prefix of our own does not. The
 * library distinguishes machines by it, so it must not change.
 */
function hashOf(machineId: string): string {
  return createHash('sha256').update(`folio-lab machine ${machineId}`).digest('hex')
}

const largestConfig: Bytes = 4 * mebibyte // configurations have about 300 kB
const gzipMark = Buffer.from([0x1f, 0x8b])

/** The text of a file of the kernel's configuration; empty when it is damaged. */
function readConfig(file: Buffer): string {
  if (!file.subarray(0, gzipMark.length).equals(gzipMark)) return file.toString()
  try {
    return gunzipSync(file, { maxOutputLength: largestConfig }).toString()
  } catch {
    return ''
  }
}

const optionLine = /^(?:# (?<unset>CONFIG_\w+) is not set|(?<name>CONFIG_\w+)=(?<value>.*))$/gm

/** Options that bear on the benchmarks, `n` for those that are not set. */
function wantedOptionsOf(config: string): Record<string, string> {
  return Object.fromEntries(
    [...config.matchAll(optionLine)].flatMap(({ groups: { unset, name, value } = {} }) => {
      const option = unset ?? name ?? ''
      return isWanted(option) ? [[option, unset === undefined ? withoutQuotes(value ?? '') : 'n']] : []
    }),
  )
}

function withoutQuotes(value: string): string {
  return value.replace(/^"(.*)"$/, '$1')
}

/**
 * Options that change what the benchmarks measure: the accounting itself, page-table handling,
 * scheduling, mitigations, and debugging aids that cost time. A name that ends in "_" stands for
 * all that begin with it.
 */
const wanted = [
  'CONFIG_TRANSPARENT_HUGEPAGE',
  'CONFIG_TRANSPARENT_HUGEPAGE_',
  'CONFIG_PAGE_MAPCOUNT',
  'CONFIG_NO_PAGE_MAPCOUNT',
  'CONFIG_MM_ID',
  'CONFIG_RMAP_ID',
  'CONFIG_SPLIT_PTE_PTLOCKS',
  'CONFIG_SPLIT_PMD_PTLOCKS',
  'CONFIG_PER_VMA_LOCK',
  'CONFIG_LRU_GEN',
  'CONFIG_LRU_GEN_ENABLED',
  'CONFIG_MEMCG',
  'CONFIG_KSM',
  'CONFIG_NUMA',
  'CONFIG_NUMA_BALANCING',
  'CONFIG_SWAP',
  'CONFIG_COMPACTION',
  'CONFIG_PAGE_REPORTING',
  'CONFIG_PREEMPT',
  'CONFIG_PREEMPT_',
  'CONFIG_HZ',
  'CONFIG_NO_HZ_FULL',
  'CONFIG_SMP',
  'CONFIG_NR_CPUS',
  'CONFIG_MITIGATION_PAGE_TABLE_ISOLATION',
  'CONFIG_PAGE_TABLE_ISOLATION',
  'CONFIG_CPU_MITIGATIONS',
  'CONFIG_SPECULATION_MITIGATIONS',
  'CONFIG_ARM64_CONTPTE',
  'CONFIG_INIT_ON_ALLOC_DEFAULT_ON',
  'CONFIG_INIT_ON_FREE_DEFAULT_ON',
  'CONFIG_HARDENED_USERCOPY',
  'CONFIG_SHUFFLE_PAGE_ALLOCATOR',
  'CONFIG_DEBUG_VM',
  'CONFIG_DEBUG_VM_',
  'CONFIG_DEBUG_PAGEALLOC',
  'CONFIG_DEBUG_LIST',
  'CONFIG_PAGE_OWNER',
  'CONFIG_PAGE_POISONING',
  'CONFIG_PAGE_TABLE_CHECK',
  'CONFIG_KASAN',
  'CONFIG_KCSAN',
  'CONFIG_PROVE_LOCKING',
  'CONFIG_LOCK_STAT',
  'CONFIG_FUNCTION_TRACER',
  'CONFIG_CC_VERSION_TEXT',
]

function isWanted(option: string): boolean {
  return wanted.some(name => (name.endsWith('_') ? option.startsWith(name) : option === name))
}
