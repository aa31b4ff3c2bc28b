/** Share of repeated experiments whose interval holds the true value. */
export const defaultConfidence = 0.95

/** Throws RangeError unless 0 < confidence < 1. */
export function assertConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`a confidence lies between 0 and 1 (0.95 for 95 %), not at ${confidence}`)
  }
}
