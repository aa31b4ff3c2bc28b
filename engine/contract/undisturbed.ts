/** With fewer there is no interval at 95 %. */
export const leastUndisturbed = 6

/**
 * What the numbers of one case are made of: its undisturbed samples; where these are too few for an
 * interval, all that are valid, so that there are numbers to look at, though none to conclude from.
 */
export function undisturbedOrAll<T>(undisturbed: readonly T[], all: readonly T[]): readonly T[] {
  return undisturbed.length >= leastUndisturbed ? undisturbed : all
}
