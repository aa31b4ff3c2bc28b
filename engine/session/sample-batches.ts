import type { Sample } from '../contract/sample.ts'
import type { Milliseconds } from '../contract/units.ts'

// A window redraws no faster, and must not while a sample is measured.
const interval: Milliseconds = 100

/** Gathers what happens into calls at most every 100 ms. */
export class SampleBatches {
  readonly #send: (samples: Sample[]) => void
  #waiting: Sample[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(send: (samples: Sample[]) => void) {
    this.#send = send
  }

  add(sample: Sample): void {
    this.#waiting.push(sample)
    this.#timer ??= setTimeout(() => this.flush(), interval)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length === 0) return
    const samples = this.#waiting
    this.#waiting = []
    this.#send(samples)
  }
}
