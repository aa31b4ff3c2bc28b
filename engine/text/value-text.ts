import type { Quantity } from '../contract/benchmark.ts'
import { gibibyte, kibibyte, mebibyte } from '../contract/units.ts'

/** One scale for a whole column, so that its numbers compare at a glance. */
export type Scale = Readonly<{ unit: string; divisor: number; decimals: number }>

const units: Readonly<Record<Quantity, readonly Readonly<{ unit: string; divisor: number }>[]>> = {
  time: [
    { unit: 's', divisor: 1e9 },
    { unit: 'ms', divisor: 1e6 },
    { unit: 'µs', divisor: 1e3 },
    { unit: 'ns', divisor: 1 },
  ],
  throughput: [
    { unit: 'GiB/s', divisor: gibibyte },
    { unit: 'MiB/s', divisor: mebibyte },
    { unit: 'KiB/s', divisor: kibibyte },
    { unit: 'B/s', divisor: 1 },
  ],
  instructions: [{ unit: 'instructions/page', divisor: 1 }],
}

const significantDigits = 4 // of the smallest value: half a tenth of a percent can still be seen

/**
 * The unit in which the smallest positive value is at least 1, with as many
 * decimals as keep it legible.
 */
export function scaleFor(quantity: Quantity, values: readonly number[]): Scale {
  const positive = values.filter(value => value > 0)
  const smallest = positive.length > 0 ? positive.reduce((least, value) => Math.min(least, value)) : 1
  const choices = units[quantity]
  const choice = choices.find(({ divisor }) => smallest >= divisor) ?? choices[choices.length - 1]
  if (!choice) throw new Error(`no units for ${quantity}`)
  const digitsBeforePoint = Math.floor(Math.log10(Math.max(1, smallest / choice.divisor))) + 1
  const decimals =
    choice.divisor === 1 && quantity !== 'instructions'
      ? 0
      : Math.max(0, significantDigits - digitsBeforePoint)
  return { ...choice, decimals }
}

/** A value in a scale, without its unit. */
export function formatScaled(value: number, scale: Scale): string {
  return (value / scale.divisor).toFixed(scale.decimals)
}
