import path from 'node:path'
import type { Command } from 'commander'
import { describeInputError, Failure } from '../../contract/failure.ts'
import {
  TargetMachine,
  withMachine,
  withoutMachine,
  type TargetMachine as Machine,
} from '../../contract/target-machine.ts'
import { findMachine, readMachineList, writeMachineList } from '../../remote/machine-list.ts'
import { left, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import { machineListFile, type CommonOptions } from '../context.ts'
import { parseList, parseWholeNumber } from '../parse.ts'
import { print, printJson, say } from '../terminal.ts'

type JsonOption = Pick<CommonOptions, 'json'>
type AddOptions = JsonOption & Readonly<{ user?: string; port?: string; key?: string; labels?: string }>

const jsonOption = ['--json', 'print the result as JSON'] as const

/** `machines`: other machines to measure on, which `--on` takes by name. */
export function addMachinesCommand(program: Command): void {
  const machines = program
    .command('machines')
    .description('other machines to measure on over ssh: list, add, remove')
  machines
    .command('list')
    .description('list the machines')
    .option(...jsonOption)
    .action(list)
  machines
    .command('add <name> <address>')
    .description(
      'add a machine, or change the one with this name; ADDRESS may be a Host from your ssh configuration',
    )
    .option('--user <NAME>', 'the user to log in as')
    .option('--port <N>', 'the port of its ssh server')
    .option('--key <FILE>', 'the private key; by default those of ssh’s agent and configuration')
    .option('--labels <LIST>', 'labels to find it by, separated by commas')
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
Folio Lab never asks for a password and accepts no unknown host key: connect once by hand, with ssh, and compare the
key. Then see what the machine is: folio-lab facts --on NAME`,
    )
    .action(add)
  machines
    .command('remove <name>')
    .description('remove a machine from the list; nothing is changed on it')
    .option(...jsonOption)
    .action(remove)
}

function list({ json }: JsonOption): void {
  const { machines } = readMachineList(machineListFile())
  if (json === true) printJson(machines)
  else if (machines.length === 0) say('The list is empty. Add a machine: folio-lab machines add NAME ADDRESS')
  else print(renderText([machineTable(machines)]))
}

function machineTable(machines: readonly Machine[]): Table {
  return {
    title: 'Machines',
    columns: ['name', 'address', 'user', 'port', 'key', 'labels'].map(left),
    rows: machines.map(({ name, address, user, port, key, labels }) =>
      [name, address, user ?? '', port === null ? '' : String(port), key ?? '', labels.join(', ')].map(
        textCell,
      ),
    ),
    notes: [],
  }
}

async function add(name: string, address: string, options: AddOptions): Promise<void> {
  const { user = null, port, key, labels = '' } = options
  const machine = TargetMachine.safeParse({
    name,
    address,
    user,
    port: port === undefined ? null : parseWholeNumber('--port', port),
    key: key === undefined ? null : path.resolve(key),
    labels: parseList(labels),
  })
  if (!machine.success)
    throw new Failure(
      'bad-input',
      `${describeInputError(machine.error)}.`,
      'Example: folio-lab machines add epyc epyc.example.org --user me',
    )
  const file = machineListFile()
  await writeMachineList(file, withMachine(readMachineList(file), machine.data))
  if (options.json === true) printJson(machine.data)
  else say(`“${machine.data.name}” is on the list. To inspect it: folio-lab facts --on ${machine.data.name}`)
}

async function remove(name: string, { json }: JsonOption): Promise<void> {
  const file = machineListFile()
  const known = readMachineList(file)
  findMachine(known, name)
  await writeMachineList(file, withoutMachine(known, name))
  if (json === true) printJson({ removed: name })
  else say(`“${name}” was removed from the list.`)
}
