import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const css = readFileSync(path.join(import.meta.dirname, 'tokens.css'), 'utf8')

/** Both values of a colour token. */
function colors(token: string): readonly [light: string, dark: string] {
  const match = new RegExp(`--${token}:\\s*light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css)
  if (!match) throw new Error(`tokens.css has no colour --${token}`)
  return [match[1]!, match[2]!]
}

/** Relative luminance and contrast ratio as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(start => {
    const share = parseInt(hex.slice(start, start + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left)
  return (lighter + 0.05) / (darker + 0.05)
}

function contrasts(foreground: string, background: string): number[] {
  const [fore, back] = [colors(foreground), colors(background)]
  return [contrast(fore[0], back[0]), contrast(fore[1], back[1])]
}

test('the formula gives the published extremes', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

const surfaces = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'selected']
const steps = [1, 2, 3, 4, 5].flatMap(step => [`better-${step}`, `worse-${step}`])

test.each([
  ...surfaces.flatMap(surface => [
    ['text', surface],
    ['text-secondary', surface],
    ['text-tertiary', surface],
  ]),
  ...steps.map(step => ['text', step]),
  ...['pass', 'inform', 'bias', 'block', 'accent'].flatMap(tone => [
    [tone, 'surface'],
    [tone, 'canvas'],
  ]),
  ['text', 'block-surface'],
  ['text', 'bias-surface'],
  ['text-secondary', 'block-surface'],
  ['text-secondary', 'bias-surface'],
  ['on-ink', 'ink'],
  ['on-ink', 'ink-hover'],
])('%s on %s is legible in both themes', (foreground, background) => {
  for (const ratio of contrasts(foreground, background)) expect(ratio).toBeGreaterThanOrEqual(4.5)
})

test.each([...[1, 2, 3, 4, 5, 6, 7, 8].map(index => `series-${index}`), 'border-strong'])(
  '%s is told apart from the surface it is drawn on',
  token => {
    for (const ratio of contrasts(token, 'surface')) expect(ratio).toBeGreaterThanOrEqual(3)
  },
)
