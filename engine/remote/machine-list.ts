/**
 * The machines that the user has named, in a file of the data folder that the window
 * and the command line share.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describeInputError, Failure } from '../contract/failure.ts'
import { MachineList, noMachines, type TargetMachine } from '../contract/target-machine.ts'
import { mebibyte } from '../contract/units.ts'
import { makeFolder } from '../files/make-folder.ts'
import { readText } from '../files/read-text.ts'
import { writeFile } from '../files/write-file.ts'

const largestList = mebibyte

/** Throws `bad-input`, with what is wrong and where, for a file that is not a list of machines. */
export function readMachineList(file: string): MachineList {
  if (!existsSync(file)) return noMachines
  const read = MachineList.safeParse(parseJson([...readText(file, largestList)].join('')))
  if (read.success) return read.data
  throw new Failure(
    'bad-input',
    `${file} is not a list of machines: ${describeInputError(read.error)}.`,
    'Correct it, or move it away and add the machines again: folio-lab machines add',
  )
}

/** Replaces the list in the file; makes its folder if there is none. */
export async function writeMachineList(file: string, list: MachineList): Promise<void> {
  makeFolder(path.dirname(file))
  await writeFile(file, `${JSON.stringify(list, null, 2)}\n`, { overwrite: true, libraries: [] })
}

/** Throws `not-found` when none has this name. */
export function findMachine({ machines }: MachineList, name: string): TargetMachine {
  const machine = machines.find(candidate => candidate.name === name)
  if (machine) return machine
  throw new Failure(
    'not-found',
    `There is no machine “${name}” in the list.`,
    machines.length === 0
      ? 'Name it first: folio-lab machines add NAME ADDRESS'
      : `Choose among ${machines.map(candidate => candidate.name).join(', ')}, or add it: folio-lab machines add NAME ADDRESS`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
