import { TargetMachine } from '../../../engine/contract/target-machine.ts'

/** A machine as it is typed. */
export type MachineForm = Readonly<{
  name: string
  address: string
  user: string
  port: string
  key: string
  labels: string
}>

export type MachineField = keyof MachineForm

export const emptyForm: MachineForm = { name: '', address: '', user: '', port: '', key: '', labels: '' }

/** The form that shows a machine; what it leaves to ssh is empty. */
export function formOf({ name, address, user, port, key, labels }: TargetMachine): MachineForm {
  return {
    name,
    address,
    user: user ?? '',
    port: port === null ? '' : String(port),
    key: key ?? '',
    labels: labels.join(', '),
  }
}

/** The machine, or what is wrong with each field. */
export function machineFrom(
  form: MachineForm,
):
  | Readonly<{ machine: TargetMachine; errors: null }>
  | Readonly<{ machine: null; errors: Readonly<Partial<Record<MachineField, string>>> }> {
  const parsed = TargetMachine.safeParse({
    name: form.name,
    address: form.address,
    user: form.user.trim() === '' ? null : form.user,
    port: form.port.trim() === '' ? null : Number(form.port),
    key: form.key.trim() === '' ? null : form.key.trim(),
    labels: form.labels
      .split(',')
      .map(label => label.trim())
      .filter(label => label !== ''),
  })
  if (parsed.success) return { machine: parsed.data, errors: null }
  const errors = parsed.error.issues.map(({ path, message }) => [String(path[0]), sentence(message)] as const)
  return { machine: null, errors: Object.fromEntries(errors.reverse()) }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
