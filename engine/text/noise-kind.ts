import type { Variant } from '../contract/variant.ts'
import { formatBytes } from './size-text.ts'

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
      const { clock, cpus, memoryBytes, armProcessor } = variant
      const processor = armProcessor === undefined ? '' : `, arm64 ${armProcessor}`
      return `kernels in virtual machines of ${cpus} CPUs and ${formatBytes(memoryBytes)}${processor}, clock ${clock}`
    }
  }
}
