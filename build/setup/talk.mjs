/** A condition that set-up cannot fix: what happened, and what the reader can do about it. */
export class SetupStop extends Error {
  /**
   * @param {string} happened one sentence
   * @param {string} advice what to do, usually one command
   * @param {string} [details] output of the program that failed
   */
  constructor(happened, advice, details) {
    super(happened)
    this.advice = advice
    this.details = details
  }
}

/** @param {string} line one thing that set-up is about to do */
export function say(line) {
  console.error(`set-up: ${line}`)
}

/** @param {SetupStop} stop */
export function explain(stop) {
  if (stop.details) console.error(stop.details.trimEnd())
  console.error(`set-up stopped: ${stop.message}\n  ${stop.advice}\n  Then run the same command again.`)
}
