import { kernelLabel } from '../text/kernel-label.ts'

export type NamedKernel = Readonly<{ label: string; kernel: string }>

/**
 * The kernels of a list `NAME,LABEL=NAME,…`. Paths may hold commas and equals signs, and labels
 * slashes: what is the name of a file as a whole is that file.
 */
export function readKernelNames(text: string, exists: (file: string) => boolean): NamedKernel[] {
  const words = text.split(',')
  const kernels: NamedKernel[] = []
  for (let at = 0; at < words.length;) {
    const ends = words.map((_, index) => words.length - index).filter(end => end > at)
    const end = ends.find(end => exists(splitLabel(words.slice(at, end).join(','), exists).kernel)) ?? at + 1
    const name = words.slice(at, end).join(',').trim()
    if (name !== '') kernels.push(splitLabel(name, exists))
    at = end
  }
  return kernels
}

/** A label has no comma, and does not begin with `/` or `.` as a path does. */
function splitLabel(name: string, exists: (file: string) => boolean): NamedKernel {
  const [, label, kernel] = /^\s*([^=,./][^=,]*)=(.+)$/.exec(name) ?? []
  if (label === undefined || kernel === undefined || exists(name))
    return { label: kernelLabel(name), kernel: name }
  return { label: label.trim(), kernel: kernel.trim() }
}
