/**
 * A chart as a picture: the same configuration that the screen shows, drawn once
 * more at a size of its own.
 */
import { BasicPlatform, type ChartConfiguration, type ChartType } from 'chart.js'
import { Chart } from './register.ts'
import { SvgCanvas, type MeasureText } from './svg-context.ts'
import type { ChartTheme } from './theme.ts'

/** In CSS pixels. */
export type PictureSize = Readonly<{ width: number; height: number }>

export type Picture<Type extends ChartType> = Readonly<{
  config: ChartConfiguration<Type>
  theme: ChartTheme
  size: PictureSize
  /** Stands above the chart, since a picture travels without its page. */
  title: string
}>

const pixelRatio = 2 // sharp in documents and on dense screens

/** The chart as the text of an SVG file, its title for those who cannot see it. */
export function chartToSvg<Type extends ChartType>(picture: Picture<Type>, measure: MeasureText): string {
  const { width, height } = picture.size
  const canvas = new SvgCanvas(width, height, measure)
  // SvgCanvas has what Chart.js calls of a canvas and no more; BasicPlatform
  // asks nothing else of it.
  const drawn = canvas as unknown as HTMLCanvasElement
  return drawOnce(picture, drawn, { devicePixelRatio: 1, platform: BasicPlatform }, () =>
    canvas.toSvg(picture.title),
  )
}

/** A PNG with two pixels for each CSS pixel, as base64. */
export function chartToPng<Type extends ChartType>(picture: Picture<Type>): string {
  const canvas = document.createElement('canvas')
  canvas.width = picture.size.width
  canvas.height = picture.size.height
  const url = drawOnce(picture, canvas, { devicePixelRatio: pixelRatio }, () => canvas.toDataURL('image/png'))
  return url.slice(url.indexOf(',') + 1)
}

/** Measures text as the page draws it. */
export function measureOnCanvas(): MeasureText {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) throw new Error('this page has no canvas to measure text with')
  return (text, font) => {
    context.font = font
    return context.measureText(text)
  }
}

function drawOnce<Type extends ChartType>(
  { config, theme, title }: Picture<Type>,
  canvas: HTMLCanvasElement,
  { devicePixelRatio, platform }: Readonly<{ devicePixelRatio: number; platform?: typeof BasicPlatform }>,
  read: () => string,
): string {
  const options = Object.assign({}, config.options, {
    responsive: false,
    devicePixelRatio,
    layout: { padding: 12 },
    plugins: {
      ...config.options?.plugins,
      title: {
        display: true,
        text: title,
        align: 'start',
        color: theme.text,
        font: { family: theme.font, size: 14, weight: 600 },
        padding: { bottom: 8 },
      },
    },
  })
  const paper = {
    id: 'paper',
    beforeDraw: ({ ctx, width, height }: Chart) => {
      ctx.save()
      ctx.fillStyle = theme.surface
      ctx.fillRect(0, 0, width, height)
      ctx.restore()
    },
  }
  const chart = new Chart(canvas, {
    ...config,
    ...(platform ? { platform } : {}),
    options,
    plugins: [...(config.plugins ?? []), paper],
    // The options are those of the configuration with a few of every chart's added, which
    // the compiler cannot follow.
  } as unknown as ChartConfiguration)
  try {
    return read()
  } finally {
    chart.destroy()
  }
}
