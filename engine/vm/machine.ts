/**
 * The virtual machine as it is described to QEMU and to the kernel in it: one processor board, two
 * serial ports, nothing else. Pure.
 */
import { usualArmProcessor, type ArmProcessor } from '../contract/architecture.ts'
import { labBootParameters } from '../contract/boot-parameters.ts'
import { mebibyte, nanosecondsPerSecond, type Bytes } from '../contract/units.ts'
import type { ClockName } from '../contract/clock-name.ts'
import { architectureOf } from '../contract/variant.ts'

export type Machine = Readonly<{
  memoryBytes: Bytes
  cpus: number
  clock: ClockName
  /** Words for the kernel beside the lab's own; empty for none. */
  bootParameters: string
  /** How much of its memory operations swap out. */
  swapBytes: Bytes
  accelerator: 'kvm' | 'tcg'
  /** Of an arm64 machine; without one it is an x86-64 one. */
  armProcessor?: ArmProcessor | undefined
}>

/** Descriptors that QEMU inherits; `console` is a socket. */
export type MachineDescriptors = Readonly<{
  kernel: number
  initramfs: number
  console: number
  /** Where the plugin of this name writes what it counted; null without one. */
  counter: Readonly<{ plugin: string; descriptor: number }> | null
}>

/**
 * A kernel that breaks out of its machine finds a QEMU that can start no program, gain no rights
 * and change no priorities (QEMU, “-sandbox”: seccomp mode 2).
 */
export const sandboxArguments: readonly string[] = [
  '-sandbox',
  'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
]

/**
 * Arguments of QEMU. The console goes to its socket; the second port is QEMU's own
 * standard input and output.
 */
export function qemuArguments(machine: Machine, descriptors: MachineDescriptors): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...[
      '-machine',
      isArm(machine) ? 'virt' : 'pc',
      '-m',
      `${machine.memoryBytes / mebibyte}M`,
      '-smp',
      String(machine.cpus),
    ],
    ...accelerationArguments(machine),
    ...['-kernel', inherited(descriptors.kernel), '-initrd', inherited(descriptors.initramfs)],
    ...['-append', commandLine(machine)],
    ...['-chardev', `socket,id=console,fd=${descriptors.console}`, '-serial', 'chardev:console'],
    ...['-chardev', 'stdio,id=agent,signal=off', ...agentPort(machine)],
    ...counterArguments(descriptors),
  ]
}

function isArm(machine: Machine): boolean {
  return architectureOf(machine) === 'arm64'
}

/** A machine for arm64 guests has one serial port; another one comes by PCI. */
function agentPort(machine: Machine): string[] {
  return isArm(machine) ? ['-device', 'pci-serial,chardev=agent'] : ['-serial', 'chardev:agent']
}

/** QEMU parts the words of an option at commas; a doubled one is part of a word. */
function counterArguments({ counter }: MachineDescriptors): string[] {
  if (counter === null) return []
  return ['-plugin', `${counter.plugin.replaceAll(',', ',,')},fd=${counter.descriptor}`]
}

function inherited(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`
}

/** `shift=0` makes one instruction one nanosecond. */
function accelerationArguments(machine: Machine): string[] {
  if (machine.accelerator === 'kvm') return ['-accel', 'kvm', '-cpu', 'host']
  const processor = isArm(machine) ? armProcessorWord(machine) : x86ProcessorWord(machine)
  if (machine.clock === 'wall') return ['-accel', 'tcg,thread=multi', '-cpu', processor]
  const counting = ['-icount', 'shift=0,sleep=off', '-rtc', 'base=2020-01-01,clock=vm', ...fixedRandomness]
  return ['-accel', 'tcg', ...counting, '-cpu', processor]
}

/** QEMU gives arm64 guests random numbers, which would differ from boot to boot. */
const fixedRandomness = ['-seed', '1']

/**
 * When instructions are counted, `qemu64` fixes what the processor offers, and with it which
 * variants of its routines the kernel chooses, whatever the version of QEMU. Without ERMS, since
 * QEMU takes four times as long where a page is cleared by 4096 counted steps of `rep stosb`.
 */
function x86ProcessorWord({ clock }: Machine): string {
  return clock === 'wall' ? 'max' : 'qemu64'
}

/**
 * Pointer authentication as specified takes QEMU most of its time. The clock of a machine ticks
 * every 16 ns by default, which is 16 counted instructions.
 */
function armProcessorWord({ armProcessor = usualArmProcessor, clock }: Machine): string {
  const properties = [
    ...(armProcessor === 'max' ? ['pauth-impdef=on'] : []),
    ...(clock === 'instructions' ? [`cntfrq=${nanosecondsPerSecond}`] : []),
  ]
  return [armProcessor, ...properties].join()
}

/** The lab's own words come last: whatever words say twice, these hold. */
function commandLine(machine: Machine): string {
  const { bootParameters, clock, swapBytes } = machine
  const own = labBootParameters(clock, architectureOf(machine), swapBytes)
  return [...(bootParameters === '' ? [] : [bootParameters]), ...own].join(' ')
}
