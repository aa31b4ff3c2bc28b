import { Failure } from '../engine/contract/failure.ts'
import {
  MachineList,
  noMachines,
  withMachine,
  withoutMachine,
  type TargetMachine,
} from '../engine/contract/target-machine.ts'
import { readStored, writeStored } from './stored-value.ts'

/**
 * The machines that the user has named, in the file that the command line reads and writes as well.
 */
export class MachineStore {
  private readonly file: string

  constructor(file: string) {
    this.file = file
  }

  list(): readonly TargetMachine[] {
    return this.read().machines
  }

  /** Throws `not-found` when none has this name. */
  find(name: string): TargetMachine {
    const machine = this.list().find(candidate => candidate.name === name)
    if (machine) return machine
    throw new Failure(
      'not-found',
      `There is no machine “${name}” in the list.`,
      'Add it on the Machines screen.',
    )
  }

  save(machine: TargetMachine): void {
    this.write(withMachine(this.read(), machine))
  }

  remove(name: string): void {
    this.write(withoutMachine(this.read(), name))
  }

  private read(): MachineList {
    return readStored(this.file, MachineList, noMachines).value
  }

  private write(list: MachineList): void {
    try {
      writeStored(this.file, list)
    } catch (error) {
      throw new Failure(
        'not-permitted',
        `The list of machines could not be written to ${this.file}.`,
        'Make its folder writable and free some space on its disk.',
        { cause: error },
      )
    }
  }
}
