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
