import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type {
  Advice,
  AdviceId,
  AdviceOutcome,
  AdviceRequest,
  CurrentAdvice,
} from '../../engine/contract/advice.ts'
import { shortened } from '../../engine/contract/bounds.ts'
import { notQuietText } from '../../engine/contract/machine-load.ts'
import type { ReportFormat } from '../../engine/contract/report-format.ts'
import { useLab, useLibrary } from '../page/lab.ts'
import { useNotices } from './notices.ts'

const toldCharacters = 60 // of an answer, in a notice

/**
 * The advice under way, how the last one ended while this window was open,
 * and those that are stored.
 */
export const useAdvisor = defineStore('advisor', () => {
  const current = shallowRef<CurrentAdvice | null>(null)
  /** Until it has been looked at. */
  const outcome = shallowRef<AdviceOutcome | null>(null)
  const list = shallowRef<readonly Advice[]>([])
  const isLoaded = ref(false)
  const isStarting = ref(false)
  const isCancelAsked = ref(false)
  /**
   * What disturbs a measurement, with its figure, when it was last looked;
   * empty on a quiet machine.
   */
  const warning = ref('')

  /** The name of the machine that was asked last from this window; empty: this one. */
  const askedMachine = ref('')

  const isRunning = computed(() => current.value !== null)

  async function load(): Promise<void> {
    list.value = await useLibrary().call.listAdvices()
    isLoaded.value = true
  }

  /** Looks for a second whether the machine is quiet; not while something is measured. */
  async function look(): Promise<void> {
    const load = await useLab().main.call.machineLoad()
    warning.value = load === null ? '' : notQuietText(load)
  }

  /** Shows the advice that is under way, if there is one. */
  async function attach(): Promise<void> {
    current.value ??= await useLab().main.call.currentAdvice()
  }

  /** `machine`: the name of another one; null: this one. */
  async function start(request: AdviceRequest, machine: string | null = null): Promise<void> {
    const { call } = useLab().main
    isStarting.value = true
    askedMachine.value = machine ?? ''
    try {
      await (machine === null ? call.startAdvice(request) : call.startAdviceOn({ request, machine }))
    } finally {
      isStarting.value = false
    }
  }

  async function cancel(): Promise<void> {
    isCancelAsked.value = true
    try {
      await useLab().main.call.cancelAdvice()
    } catch (error) {
      isCancelAsked.value = false // a request that could not be sent does not count
      throw error
    }
  }

  /**
   * The id of the advice that was finished last, once: it is shown, and then one
   * of those that are stored.
   */
  function takeFinished(): AdviceId | null {
    if (outcome.value?.status !== 'complete') return null
    const { id } = outcome.value
    outcome.value = null
    return id
  }

  function dismiss(): void {
    outcome.value = null
  }

  /** Deletes an answer and offers to take it back. */
  async function remove({ id, sentence }: Advice): Promise<void> {
    const { call } = useLibrary()
    await call.deleteAdvice(id)
    await load()
    useNotices().tell(`Deleted “${shortened(sentence, toldCharacters)}”.`, async () => {
      await call.restoreAdvice(id)
      await load()
    })
  }

  async function render(id: AdviceId, format: ReportFormat): Promise<string> {
    return useLibrary().call.renderAdvice({ id, format })
  }

  /** Follows the advices of all windows; returns the function that ends it. */
  function listen(): () => void {
    const { main } = useLab()
    const stops = [
      main.on('adviceBegan', began => {
        current.value = began
        outcome.value = null
        isCancelAsked.value = false
      }),
      main.on('adviceProgressed', progress => {
        if (current.value?.id === progress.id) current.value = { ...current.value, progress }
      }),
      main.on('adviceEnded', ended => {
        current.value = null
        isCancelAsked.value = false
        outcome.value = ended
        if (ended.advice !== null) list.value = [ended.advice, ...list.value]
      }),
    ]
    return () => stops.forEach(stop => stop())
  }

  return {
    current,
    outcome,
    list,
    isLoaded,
    isStarting,
    isCancelAsked,
    isRunning,
    askedMachine,
    warning,
    look,
    load,
    attach,
    start,
    cancel,
    takeFinished,
    dismiss,
    remove,
    render,
    listen,
  }
})
