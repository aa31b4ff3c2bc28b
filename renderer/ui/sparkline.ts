const inset = 1 // pixels: room for the line's own width

/**
 * Points of an SVG polyline that shows `values` from left to right within the box; a flat
 * line when all are equal.
 */
export function sparklinePoints(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return ''
  const lowest = Math.min(...values)
  const range = Math.max(...values) - lowest
  const step = (width - 2 * inset) / (values.length - 1)
  return values
    .map((value, index) => {
      const share = range === 0 ? 0.5 : (value - lowest) / range
      return `${round(inset + index * step)},${round(height - inset - share * (height - 2 * inset))}`
    })
    .join(' ')
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100
}
