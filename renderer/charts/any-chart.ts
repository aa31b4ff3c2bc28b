import type { ChartConfiguration, DefaultDataPoint } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart types

/** The kinds of charts that are drawn. */
export type DrawnKind =
  'bar' | 'barWithErrorBars' | 'line' | 'lineWithErrorBars' | 'scatter' | 'scatterWithErrorBars'

/**
 * A chart whose kind the drawing code does not know. Chart.js types callbacks by the kind of
 * chart, so that a configuration of one kind does not fit every kind; drawing reads the kind from
 * the configuration itself.
 */
export function anyChart<Type extends DrawnKind, Data = DefaultDataPoint<Type>>(
  config: ChartConfiguration<Type, Data>,
): ChartConfiguration<DrawnKind> {
  return config as unknown as ChartConfiguration<DrawnKind>
}
