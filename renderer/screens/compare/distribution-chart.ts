import type { ChartConfiguration, Point } from 'chart.js'
import type { CaseDetails } from '../../../engine/contract/case-details.ts'
import { formatScaled } from '../../../engine/text/value-text.ts'
import { enteringValues, scaleOf, sidesOf } from './case-details.ts'
import { countInBins, empiricalDistribution, histogramBins } from './distribution.ts'
import { axisTitle, commonOptions, legendOptions, ticksOptions, tooltipOptions } from '../../charts/common.ts'
import { sideColor, valueAxis } from './samples-chart.ts'
import { faded, type ChartTheme } from '../../charts/theme.ts'

/** How many samples of each side fall into each bin; the bins are those of both. */
export function histogram(details: CaseDetails, theme: ChartTheme): ChartConfiguration<'bar'> {
  const scale = scaleOf(details)
  const sides = sidesOf(details)
  const sets = sides.map(({ side }) => enteringValues(side))
  const bins = histogramBins(sets)
  return {
    type: 'bar',
    data: {
      labels: bins.map(({ low, high }) => `${formatScaled(low, scale)} – ${formatScaled(high, scale)}`),
      datasets: sides.map(({ label, place }, index) => ({
        label,
        data: [...countInBins(sets[index] ?? [], bins)],
        backgroundColor: faded(sideColor(theme, place), 0.5),
        borderColor: sideColor(theme, place),
        borderWidth: 1,
        barPercentage: 1,
        categoryPercentage: 1,
        grouped: false,
      })),
    },
    options: {
      ...commonOptions(theme),
      interaction: { mode: 'index', intersect: false },
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: { title: ([item]) => `${item?.label ?? ''} ${scale.unit}` },
        },
      },
      scales: {
        x: {
          title: axisTitle(theme, scale.unit),
          border: { color: theme.zero },
          grid: { display: false },
          ticks: {
            ...ticksOptions(theme),
            maxRotation: 0,
            autoSkipPadding: 16,
            callback: (_, index) => {
              const bin = bins[index]
              return bin ? formatScaled((bin.low + bin.high) / 2, scale) : ''
            },
          },
        },
        y: {
          beginAtZero: true,
          title: axisTitle(theme, 'samples'),
          border: { display: false },
          grid: { color: theme.grid },
          ticks: { ...ticksOptions(theme), precision: 0 },
        },
      },
    },
  }
}

/**
 * The share of samples up to each value: shift, spread and tails of both
 * sides at once, without bins.
 */
export function distribution(details: CaseDetails, theme: ChartTheme): ChartConfiguration<'line', Point[]> {
  const scale = scaleOf(details)
  return {
    type: 'line',
    data: {
      datasets: sidesOf(details).map(({ side, label, place }) => ({
        label,
        data: empiricalDistribution(enteringValues(side)).map(({ value, share }) => ({
          x: value / scale.divisor,
          y: share * 100,
        })),
        borderColor: sideColor(theme, place),
        backgroundColor: sideColor(theme, place),
        borderWidth: 2,
        borderDash: place === 0 ? [5, 4] : [],
        pointRadius: 0,
        pointHitRadius: 8,
        stepped: 'before',
        // Drawn point by point, which pictures need: a cached path cannot be written as SVG.
        segment: {},
      })),
    },
    options: {
      ...commonOptions(theme),
      parsing: false,
      normalized: true,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            title: () => '',
            label: ({ dataset, parsed }) =>
              `${dataset.label ?? ''}: ${(parsed.y ?? 0).toFixed(1)} % of the samples up to ${formatScaled((parsed.x ?? 0) * scale.divisor, scale)} ${scale.unit}`,
          },
        },
      },
      scales: {
        x: valueAxis(theme, scale),
        y: {
          min: 0,
          max: 100,
          title: axisTitle(theme, 'share of samples in %'),
          border: { display: false },
          grid: { color: theme.grid },
          ticks: ticksOptions(theme),
        },
      },
    },
  }
}
