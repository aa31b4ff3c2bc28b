import { useMediaQuery, usePreferredDark } from '@vueuse/core'
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** The colours and the font of the page, as charts need them. */
export type ChartTheme = Readonly<{
  text: string
  secondary: string
  grid: string
  zero: string
  raised: string
  surface: string
  block: string
  /** Of changes that are told apart from none. */
  better: string
  worse: string
  accent: string
  font: string
  /** One colour a variant, in the order of the variants; repeated when there are more. */
  series: readonly string[]
}>

/** Opacity of grid lines in a contrast theme, where borders have the colour of text. */
const forcedGrid = 0.25

/**
 * Reads the tokens of styles/tokens.css as they hold for `element` now, or would in a
 * given scheme of colours.
 */
function readChartTheme(element: Element, scheme?: 'light' | 'dark'): ChartTheme {
  const isForced = matchMedia('(forced-colors: active)').matches
  const probe = document.createElement('span')
  // A contrast theme of the system would give all series the colour of text.
  probe.style.setProperty('forced-color-adjust', 'none')
  if (scheme) probe.style.colorScheme = scheme
  element.append(probe)
  // A custom property keeps its light-dark() unresolved; a colour that uses it is resolved.
  function color(token: string): string {
    probe.style.color = `var(--${token})`
    return getComputedStyle(probe).color
  }
  const theme = {
    text: color('text'),
    secondary: color('text-secondary'),
    grid: isForced ? faded(color('border'), forcedGrid) : color('border'),
    zero: color('border-strong'),
    raised: color('raised'),
    surface: color('surface'),
    block: color('block'),
    better: color('better'),
    worse: color('worse'),
    accent: color('accent'),
    font: getComputedStyle(element).fontFamily,
    series: seriesTokens.map(color),
  }
  probe.remove()
  return theme
}

const seriesTokens = Array.from({ length: 8 }, (_, index) => `series-${index + 1}`)

/**
 * The theme of the page, kept current when the user or the system changes it, and
 * while the page is printed.
 */
export function useChartTheme(): Readonly<ShallowRef<ChartTheme>> {
  const theme = shallowRef(readChartTheme(document.body))
  function refresh(): void {
    theme.value = readChartTheme(document.body)
  }
  const queries = [usePreferredDark(), useMediaQuery('print'), useMediaQuery('(forced-colors: active)')]
  watch(queries, refresh, { flush: 'post' })
  const observer = new MutationObserver(refresh)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  onScopeDispose(() => observer.disconnect())
  return theme
}

/** Pictures that leave the window are made for paper, whatever the window looks like. */
export function paperTheme(): ChartTheme {
  return readChartTheme(document.body, 'light')
}

/** The colour of a series; after the last colour the first comes again. */
export function seriesColor(theme: ChartTheme, index: number): string {
  return theme.series[index % theme.series.length] ?? theme.text
}

/** The same colour with less opacity. Chart.js knows no color-mix(). */
export function faded(color: string, opacity: number): string {
  return color.replace(/^rgb\((.*)\)$/, (_, channels: string) => `rgba(${channels}, ${opacity})`)
}
