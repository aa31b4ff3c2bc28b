import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Estimate, MachineReport } from '../../engine/contract/api.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import type { PresetName } from '../../engine/plan/presets.ts'
import { useLab, useLibrary } from '../page/lab.ts'
import { randomSeed } from '../page/random-seed.ts'
import {
  isCounted,
  newForm,
  readForm,
  withKernels,
  withMachine,
  withMeasuredOn,
  withPreset,
  withPublishedTable,
  withReport,
  withValue,
  type PlanForm,
} from '../view-models/plan-form.ts'

const settleMs = 200 // typing pauses shorter than this ask for no estimate

/** The new run as it is being written: it survives a look at another screen. */
export const useDraft = defineStore('draft', () => {
  const form = shallowRef<PlanForm | null>(null)
  const estimate = shallowRef<Estimate | null>(null)
  const estimateFailure = shallowRef<FailureRecord | null>(null)
  const isEstimating = ref(false)

  const reading = computed(() => (form.value ? readForm(form.value) : { plan: null, errors: {} }))

  /** What the machine that is measured has told of itself last. */
  const measured = shallowRef<MachineReport | null>(null)

  /** What other screens want of a form that is not there yet. */
  let wishes: readonly ((form: PlanForm, report: MachineReport) => PlanForm)[] = []

  function begin(report: MachineReport): void {
    measured.value ??= report
    const begun = form.value ?? newForm(report, randomSeed())
    form.value = wishes.reduce((wished, wish) => wish(wished, report), begun)
    wishes = []
  }

  /** Adds kernels, by their files, as soon as the form is begun or looked at again. */
  function addKernels(files: readonly string[]): void {
    wishes = [
      ...wishes,
      (wished, report) => withKernels(withMachine(wished, { target: 'vm' }, report), files),
    ]
  }

  /** Likewise makes it the whole table of the series, on the model, in a short form. */
  function wishPublishedTable(): void {
    wishes = [
      ...wishes,
      (wished, report) =>
        withPublishedTable(withPreset({ ...wished, target: 'model' }, 'quick', report), report),
    ]
  }

  function usePreset(preset: PresetName, report: MachineReport): void {
    if (form.value) form.value = withPreset(form.value, preset, report)
  }

  function set<K extends keyof PlanForm>(field: K, value: PlanForm[K]): void {
    if (form.value) form.value = withValue(form.value, field, value)
  }

  /** Another target or clock; what the preset decides follows it. */
  function setMachine(change: Partial<Pick<PlanForm, 'target' | 'clock'>>, report: MachineReport): void {
    if (!form.value) return
    const wasCounted = isCounted(form.value)
    form.value = withMachine(form.value, change, report)
    if (wasCounted && !isCounted(form.value)) newSeed()
  }

  /** Another machine to measure on, by its name; empty: this one. */
  function setMeasuredOn(machine: string): void {
    if (form.value) form.value = withMeasuredOn(form.value, machine)
  }

  /** What the machine that is measured has told of itself. */
  function follow(report: MachineReport): void {
    measured.value = report
    if (form.value) form.value = withReport(form.value, report)
  }

  function usePublishedTable(report: MachineReport): void {
    if (form.value) form.value = withPublishedTable(form.value, report)
  }

  /** Lets the user choose kernel images and adds them. */
  async function chooseKernels(): Promise<void> {
    const chosen = await useLab().main.call.chooseKernels()
    if (form.value) form.value = withKernels(form.value, chosen)
  }

  function newSeed(): void {
    set('seed', String(randomSeed()))
  }

  async function ask(plan: Plan, { facts }: MachineReport['environment']): Promise<void> {
    isEstimating.value = true
    try {
      const answer = await useLibrary().call.estimate({ plan, facts })
      if (plan !== reading.value.plan) return
      estimate.value = answer
      estimateFailure.value = null
    } catch (error) {
      if (plan !== reading.value.plan) return
      estimate.value = null
      estimateFailure.value = toFailureRecord(error)
    } finally {
      if (plan === reading.value.plan) isEstimating.value = false
    }
  }

  watch(
    () => reading.value.plan,
    (plan, _, onCleanup) => {
      const environment = measured.value?.environment
      if (!plan || !environment) {
        estimate.value = null
        isEstimating.value = false
        return
      }
      const timer = setTimeout(() => void ask(plan, environment), settleMs)
      onCleanup(() => clearTimeout(timer))
    },
    { immediate: true },
  )

  return {
    form,
    reading,
    estimate,
    estimateFailure,
    isEstimating,
    begin,
    usePreset,
    set,
    setMachine,
    setMeasuredOn,
    follow,
    usePublishedTable,
    chooseKernels,
    addKernels,
    wishPublishedTable,
    newSeed,
  }
})
