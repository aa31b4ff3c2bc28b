/**
 * A canvas context that writes what is drawn as SVG. Chart.js draws into it as into a canvas, so a
 * chart saved as SVG is the chart of the screen and not a second drawing of it. Only what Chart.js
 * and its plugins call is here. Libraries that do this set inline styles, which the page's content
 * security policy forbids.
 */
import { escapeXml } from '../../engine/text/escape-text.ts'

/** Extent of a text in CSS pixels; `font` as in CSS. */
export type MeasureText = (text: string, font: string) => TextMetrics

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]
type Point = Readonly<{ x: number; y: number }>

/** What save() keeps and restore() brings back. */
type DrawingState = Readonly<{
  fillStyle: string
  strokeStyle: string
  lineWidth: number
  lineCap: string
  lineJoin: string
  lineDashOffset: number
  font: string
  textAlign: string
  textBaseline: string
  globalAlpha: number
  dash: readonly number[]
  matrix: Matrix
  /** Number of the clip path in force; 0 for none. */
  clipNumber: number
}>

const identity: Matrix = [1, 0, 0, 1, 0, 0]

/** Looks like a canvas of `width` × `height` CSS pixels to Chart.js; `toSvg` is what was drawn. */
export class SvgCanvas {
  width: number
  height: number
  readonly #context: SvgContext

  constructor(width: number, height: number, measure: MeasureText) {
    this.width = width
    this.height = height
    this.#context = new SvgContext(this, measure)
  }

  getContext(): SvgContext {
    return this.#context
  }

  /** @param title what the chart shows, for those who cannot see it */
  toSvg(title: string): string {
    const { width, height } = this
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
      `<title>${escapeXml(title)}</title>`,
      ...this.#context.parts,
      '</svg>\n',
    ].join('\n')
  }
}

class SvgContext {
  readonly canvas: SvgCanvas
  /** SVG elements in the order in which they were drawn. */
  readonly parts: string[] = []

  fillStyle = '#000'
  strokeStyle = '#000'
  lineWidth = 1
  lineCap = 'butt'
  lineJoin = 'miter'
  lineDashOffset = 0
  font = '10px sans-serif'
  textAlign = 'start'
  textBaseline = 'alphabetic'
  globalAlpha = 1

  readonly #measure: MeasureText
  readonly #saved: DrawingState[] = []
  #dash: readonly number[] = []
  #matrix: Matrix = identity
  #clipNumber = 0
  #clipCount = 0
  /** The present path, in coordinates of the whole picture. */
  #path: string[] = []

  constructor(canvas: SvgCanvas, measure: MeasureText) {
    this.canvas = canvas
    this.#measure = measure
  }

  save(): void {
    this.#saved.push({
      fillStyle: this.fillStyle,
      strokeStyle: this.strokeStyle,
      lineWidth: this.lineWidth,
      lineCap: this.lineCap,
      lineJoin: this.lineJoin,
      lineDashOffset: this.lineDashOffset,
      font: this.font,
      textAlign: this.textAlign,
      textBaseline: this.textBaseline,
      globalAlpha: this.globalAlpha,
      dash: this.#dash,
      matrix: this.#matrix,
      clipNumber: this.#clipNumber,
    })
  }

  restore(): void {
    const state = this.#saved.pop()
    if (!state) return
    const { dash, matrix, clipNumber, ...properties } = state
    Object.assign(this, properties)
    this.#dash = dash
    this.#matrix = matrix
    this.#clipNumber = clipNumber
  }

  setTransform(...matrix: Matrix): void {
    this.#matrix = matrix
  }

  resetTransform(): void {
    this.#matrix = identity
  }

  translate(x: number, y: number): void {
    this.#matrix = multiply(this.#matrix, [1, 0, 0, 1, x, y])
  }

  rotate(angle: number): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    this.#matrix = multiply(this.#matrix, [cos, sin, -sin, cos, 0, 0])
  }

  beginPath(): void {
    this.#path = []
  }

  closePath(): void {
    this.#path.push('Z')
  }

  moveTo(x: number, y: number): void {
    this.#path.push(`M${this.#place(x, y)}`)
  }

  lineTo(x: number, y: number): void {
    this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${this.#place(x, y)}`)
  }

  quadraticCurveTo(controlX: number, controlY: number, x: number, y: number): void {
    this.#path.push(`Q${this.#place(controlX, controlY)} ${this.#place(x, y)}`)
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#path.push(`C${this.#place(x1, y1)} ${this.#place(x2, y2)} ${this.#place(x, y)}`)
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y)
    this.lineTo(x + width, y)
    this.lineTo(x + width, y + height)
    this.lineTo(x, y + height)
    this.closePath()
  }

  /** Charts only turn and move, so that a circle stays one of the same radius. */
  arc(x: number, y: number, radius: number, start: number, end: number, counterclockwise = false): void {
    const turn = 2 * Math.PI
    const sweep = counterclockwise ? start - end : end - start
    function at(angle: number): readonly [number, number] {
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
    }
    const flag = counterclockwise ? 0 : 1
    this.lineTo(...at(start))
    if (radius === 0) return
    const r = number(radius)
    if (sweep >= turn) {
      this.#path.push(`A${r} ${r} 0 1 ${flag} ${this.#place(...at(start + Math.PI))}`)
      this.#path.push(`A${r} ${r} 0 1 ${flag} ${this.#place(...at(start))}`)
      return
    }
    const angle = ((sweep % turn) + turn) % turn
    this.#path.push(`A${r} ${r} 0 ${angle > Math.PI ? 1 : 0} ${flag} ${this.#place(...at(end))}`)
  }

  clip(): void {
    const outer = this.#clipAttribute()
    this.#clipNumber = ++this.#clipCount
    this.parts.push(
      `<clipPath id="clip-${this.#clipNumber}"${outer}><path d="${this.#path.join('')}"/></clipPath>`,
    )
  }

  fill(): void {
    this.#drawPath(paint('fill', this.fillStyle, this.globalAlpha))
  }

  stroke(): void {
    const dash =
      this.#dash.length === 0
        ? ''
        : ` stroke-dasharray="${this.#dash.map(number).join(' ')}" stroke-dashoffset="${number(this.lineDashOffset)}"`
    const line = ` stroke-width="${number(this.lineWidth)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"`
    this.#drawPath(`fill="none" ${paint('stroke', this.strokeStyle, this.globalAlpha)}${line}${dash}`)
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath()
    this.rect(x, y, width, height)
    this.fill()
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.beginPath()
    this.rect(x, y, width, height)
    this.stroke()
  }

  /** Chart.js clears all before it draws, and nothing else. */
  clearRect(): void {
    this.parts.length = 0
  }

  fillText(text: string, x: number, y: number): void {
    const { size, weight, family } = readFont(this.font)
    const [a, b] = this.#matrix
    const angle = (Math.atan2(b, a) * 180) / Math.PI
    const place = this.#apply(x, y)
    const turn =
      angle === 0 ? '' : ` transform="rotate(${number(angle)} ${number(place.x)} ${number(place.y)})"`
    this.parts.push(
      `<text x="${number(place.x)}" y="${number(place.y)}" dy="${number(size * (baselines[this.textBaseline] ?? 0))}"${turn}` +
        ` font-family="${escapeXml(family)}" font-size="${size}" font-weight="${weight}"` +
        ` text-anchor="${anchors[this.textAlign] ?? 'start'}" ${paint('fill', this.fillStyle, this.globalAlpha)}${this.#clipAttribute()}>` +
        `${escapeXml(text)}</text>`,
    )
  }

  /** As of a canvas, anything can be a text: plugins measure labels that are not there. */
  measureText(text: unknown): TextMetrics {
    return this.#measure(String(text), this.font)
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = [...dash]
  }

  getLineDash(): number[] {
    return [...this.#dash]
  }

  #drawPath(look: string): void {
    if (this.#path.length === 0) return
    this.parts.push(`<path d="${this.#path.join('')}" ${look}${this.#clipAttribute()}/>`)
  }

  #clipAttribute(): string {
    return this.#clipNumber === 0 ? '' : ` clip-path="url(#clip-${this.#clipNumber})"`
  }

  #apply(x: number, y: number): Point {
    const [a, b, c, d, e, f] = this.#matrix
    return { x: a * x + c * y + e, y: b * x + d * y + f }
  }

  #place(x: number, y: number): string {
    const place = this.#apply(x, y)
    return `${number(place.x)} ${number(place.y)}`
  }
}

function multiply([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
}

/** A hundredth of a pixel is finer than any screen or printer. */
function number(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** Programs other than browsers know no rgba(): opacity has an attribute of its own. */
function paint(kind: 'fill' | 'stroke', color: string, alpha: number): string {
  if (color === 'transparent') return `${kind}="none"`
  const match = /^rgba\((.*),\s*([\d.]+)\)$/.exec(color)
  const opacity = Number(match?.[2] ?? 1) * alpha
  const solid = match ? `rgb(${match[1] ?? ''})` : color
  return `${kind}="${solid}"${opacity === 1 ? '' : ` ${kind}-opacity="${number(opacity)}"`}`
}

function readFont(font: string): Readonly<{ size: number; weight: string; family: string }> {
  const match = /(?:^|\s)([\d.]+)px(?:\/\S+)?\s+(.*)$/.exec(font)
  const weight = /\b(bold|[1-9]00|\d{3})\b/.exec(font.slice(0, match?.index ?? 0))
  return {
    size: Number(match?.[1] ?? 10),
    weight: weight?.[1] ?? 'normal',
    family: match?.[2] ?? 'sans-serif',
  }
}

/**
 * Shares of the font size by which a baseline lies below what the canvas
 * calls top, middle and bottom.
 */
const baselines: Readonly<Record<string, number>> = { top: 0.8, hanging: 0.8, middle: 0.35, bottom: -0.2 }
const anchors: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' }
