/** Which variants stand for the same thing, whatever their labels are. */
import { formatBytes } from '../text/size-text.ts'
import type { Variant } from '../contract/variant.ts'

/**
 * In words, equal for variants that one noise floor holds for: what disturbs one of them
 * disturbs the others alike.
 */
export function noiseKind(variant: Variant): string {
  switch (variant.target) {
    case 'host':
      return 'the kernel of this machine'
    case 'model':
      return `the model, ${variant.work} work${variant.readers === 0 ? '' : `, ${variant.readers} readers`}`
    case 'vm': {
      const { clock, cpus, memoryBytes } = variant
      return `kernels in virtual machines of ${cpus} CPUs and ${formatBytes(memoryBytes)}, clock ${clock}`
    }
  }
}

/**
 * Equal for variants that make one history. Of the host it is any kernel: what
 * changed with it is looked for.
 */
export function seriesKind(variant: Variant): string {
  const { label: _, ...rest } = variant
  return JSON.stringify(rest)
}
