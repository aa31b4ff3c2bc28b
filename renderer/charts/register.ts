import {
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import { BarWithErrorBar, BarWithErrorBarsController } from 'chartjs-chart-error-bars'

// Only what is drawn, so that nothing else is loaded.
Chart.register(
  BarElement,
  BarWithErrorBar,
  BarWithErrorBarsController,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

export { Chart }
