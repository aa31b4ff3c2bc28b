import type { ChartConfiguration, Point } from 'chart.js'
import type { CaseDetails } from '../../../engine/contract/case-details.ts'
import type { ComparisonRow } from '../../../engine/contract/comparison.ts'
import { formatPercent } from '../../../engine/text/format.ts'
import {
  axisTitle,
  pointOptions,
  legendOptions,
  quietRegion,
  signedTick,
  ticksOptions,
  tooltipOptions,
} from '../../charts/common.ts'
import { faded, seriesColor, type ChartTheme } from '../../charts/theme.ts'

/**
 * The change in each round, which the estimate is the median of; behind it the region of no
 * interest and the interval.
 */
export function rounds(
  { pairs }: CaseDetails,
  row: ComparisonRow,
  theme: ChartTheme,
): ChartConfiguration<'scatter', Point[]> {
  const color = seriesColor(theme, 0)
  const { percent, low, high, regionPercent } = row
  const line = { type: 'line', borderColor: theme.text, drawTime: 'beforeDatasetsDraw' } as const
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          label: 'change in a round',
          data: pairs.filter(pair => !pair.isOutlier).map(({ round, percent: y }) => ({ x: round + 1, y })),
          backgroundColor: faded(color, 0.75),
          borderColor: color,
          pointRadius: 3,
          pointStyle: 'circle',
        },
        {
          label: 'outlying round',
          data: pairs.filter(pair => pair.isOutlier).map(({ round, percent: y }) => ({ x: round + 1, y })),
          backgroundColor: 'transparent',
          borderColor: color,
          pointBorderWidth: 1.5,
          pointRadius: 5,
          pointStyle: 'triangle',
        },
      ],
    },
    options: {
      ...pointOptions(theme),
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            label: ({ parsed }) => `round ${parsed.x ?? 0}: ${formatPercent(parsed.y ?? 0)}`,
          },
        },
        annotation: {
          annotations: [
            ...(regionPercent === null
              ? []
              : [quietRegion(theme, { yMin: -regionPercent, yMax: regionPercent })]),
            ...(percent === null ? [] : [{ ...line, yMin: percent, yMax: percent, borderWidth: 1.5 }]),
            ...[low, high].flatMap(end =>
              end === null ? [] : [{ ...line, yMin: end, yMax: end, borderWidth: 1, borderDash: [3, 3] }],
            ),
          ],
        },
      },
      scales: {
        x: {
          type: 'linear',
          title: axisTitle(theme, 'round'),
          border: { display: false },
          grid: { display: false },
          ticks: { ...ticksOptions(theme), precision: 0 },
        },
        y: {
          title: axisTitle(theme, 'change against the baseline in %'),
          border: { display: false },
          grid: { color: context => (context.tick.value === 0 ? theme.zero : theme.grid) },
          ticks: { ...ticksOptions(theme), callback: signedTick },
        },
      },
    },
  }
}
