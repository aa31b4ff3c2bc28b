import { Failure } from '../contract/failure.ts'
import type { SampleRequest } from './agent.ts'

const maximumLineBytes = 4096 // docs/protocol.md
const plainByte = /[A-Za-z0-9\-._~/:,+@=]/

/** The keys of a request, in the order in which they are written. */
export type RequestWords = Readonly<Record<string, string | number>>

/**
 * One request as a line of `key=value` words, newline included; anything unsafe
 * in a value becomes `%XX`.
 */
export function encodeRequest(name: string, id: string, words: RequestWords): string {
  const all: RequestWords = { request: name, id, ...words }
  const line = Object.entries(all)
    .map(([key, value]) => `${key}=${encodeValue(String(value))}`)
    .join(' ')
  if (line.length >= maximumLineBytes)
    throw new Failure(
      'bad-input',
      `The request “${name}” is ${line.length} bytes long; the agent takes ${maximumLineBytes}.`,
      'Shorten the list of CPUs.',
    )
  return `${line}\n`
}

/** The words of a `sample` request. */
export function sampleWords({ variant, cell, seed, cpus }: SampleRequest): RequestWords {
  const { sizeBytes, folioBytes, tasks } = cell.parameters
  const words = {
    // Inside its virtual machine, a kernel is the host.
    target: variant.target === 'model' ? 'model' : 'host',
    benchmark: cell.benchmark,
    size: sizeBytes,
    folio: folioBytes,
    tasks,
    seed,
    cpus: cpus.length === 0 ? 'any' : cpus.join(','),
  }
  if (variant.target !== 'model') return words
  const { scheme, work, readers, form, returns } = variant
  return { ...words, scheme, work, readers, form, returns }
}

function encodeValue(value: string): string {
  return Array.from(new TextEncoder().encode(value), byte => {
    const character = String.fromCharCode(byte)
    return plainByte.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}
