/** Kernels that can be booted in virtual machines: those that were fetched, and those on offer. */
import * as z from 'zod'
import { lineCharacters, textUpTo } from './bounds.ts'

const line = textUpTo(lineCharacters)

/** A suite of Debian, such as `trixie-backports`. */
export const SuiteName = line.regex(
  /^[a-z][a-z0-9-]{1,40}$/,
  'a suite is named like trixie or bookworm-backports',
)

export const FetchedKernel = z.object({
  /** As `uname -r` will name it. */
  release: line,
  /** The package to boot. */
  file: line,
  bytes: z.number(),
})
export type FetchedKernel = z.infer<typeof FetchedKernel>

export const KernelOffer = z.object({
  release: line,
  /** Of the package. */
  version: line,
  /** What has to be downloaded. */
  bytes: z.number(),
})
export type KernelOffer = z.infer<typeof KernelOffer>

/** The suites to ask; none: the package sources of this machine. */
export const Suites = z.array(SuiteName).max(32, 'at most 32 suites')

/** Kinds of Debian’s kernels to choose from, as their releases end. */
const kernelFlavours = ['cloud-amd64', 'cloud-arm64', 'arm64-16k'] as const
export const KernelFlavour = z.enum(kernelFlavours)
export type KernelFlavour = z.infer<typeof KernelFlavour>

/** Where kernels are looked for, and of which kind. */
export const KernelSources = z.object({ suites: Suites, flavour: KernelFlavour })
export type KernelSources = z.infer<typeof KernelSources>
