import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type {
  FetchedKernel,
  KernelFlavour,
  KernelOffer,
  KernelSources,
} from '../../engine/contract/kernels.ts'
import { useLab } from '../page/lab.ts'

/** Kernels that were fetched, and those that package sources offer once they were asked. */
export const useKernels = defineStore('kernels', () => {
  const folder = ref('')
  const fetched = shallowRef<readonly FetchedKernel[]>([])
  const offered = shallowRef<readonly KernelOffer[]>([])
  /** What `offered` is of. */
  const sources = shallowRef<KernelSources>({ suites: [], flavour: 'cloud-amd64' })
  const isLoaded = ref(false)
  const isAsking = ref(false)
  /** Releases that are being fetched. */
  const underWay = shallowRef<readonly string[]>([])
  const failure = shallowRef<FailureRecord | null>(null)

  async function load(): Promise<void> {
    await attempt(async () => {
      const { folder: where, fetched: there } = await useLab().main.call.fetchedKernels()
      folder.value = where
      fetched.value = there
      isLoaded.value = true
    })
  }

  /** Asks the package sources, or these suites of Debian instead. */
  async function ask(suites: readonly string[], flavour: KernelFlavour): Promise<void> {
    isAsking.value = true
    await attempt(async () => {
      const wanted = { suites: [...suites], flavour }
      offered.value = await useLab().main.call.offeredKernels(wanted)
      sources.value = wanted
    })
    isAsking.value = false
  }

  async function fetch(release: string): Promise<void> {
    underWay.value = [...underWay.value, release]
    await attempt(() => useLab().main.call.fetchKernel({ release, ...sources.value }))
    underWay.value = underWay.value.filter(other => other !== release)
    await load()
  }

  async function remove(release: string): Promise<void> {
    await attempt(() => useLab().main.call.removeKernel(release))
    await load()
  }

  async function attempt(action: () => Promise<void>): Promise<void> {
    try {
      failure.value = null
      await action()
    } catch (error) {
      failure.value = toFailureRecord(error)
    }
  }

  return { folder, fetched, offered, isLoaded, isAsking, underWay, failure, load, ask, fetch, remove }
})
