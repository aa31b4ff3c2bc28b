import type { Progress } from '../contract/run.ts'
import type { Seconds } from '../contract/units.ts'
import { say, showLine } from './terminal.ts'

// Between lines where a line cannot be rewritten, such as in a log.
const plainInterval: Seconds = 10

/**
 * Shows progress on standard error: one line that is rewritten on a terminal, a
 * line now and then elsewhere.
 */
export class ProgressLine {
  readonly #prefix: string
  #lastPhase: Progress['phase'] | undefined
  #lastSeconds = -Infinity

  /** With a prefix there are others, so that no line is rewritten. */
  constructor(prefix = '') {
    this.#prefix = prefix
  }

  show(progress: Progress): void {
    const line = `${this.#prefix}${describe(progress)}`
    if (process.stderr.isTTY && this.#prefix === '') {
      showLine(line)
      return
    }
    const isDue =
      progress.phase !== this.#lastPhase || progress.elapsedSeconds - this.#lastSeconds >= plainInterval
    if (!isDue) return
    this.#lastPhase = progress.phase
    this.#lastSeconds = progress.elapsedSeconds
    say(line)
  }

  end(): void {
    showLine('')
  }
}

function describe({ phase, done, total, remainingSeconds, current }: Progress): string {
  const left = remainingSeconds === null ? '' : `, ${formatSeconds(remainingSeconds)} left`
  const share = total === 0 ? 0 : Math.floor((100 * done) / total)
  return `${phase} ${done}/${total} (${share}%)${left}${current === '' ? '' : `: ${current}`}`
}

function formatSeconds(seconds: Seconds): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
