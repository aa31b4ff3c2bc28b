import { expect, test } from 'vitest'
import { SvgCanvas } from './svg-context.ts'

/** Ten pixels a character, whatever the font. */
function measure(text: string): TextMetrics {
  return { width: 10 * text.length } as TextMetrics
}

function draw(paint: (context: ReturnType<SvgCanvas['getContext']>) => void): string[] {
  const canvas = new SvgCanvas(100, 50, measure)
  paint(canvas.getContext())
  return canvas.toSvg('A & B').trim().split('\n').slice(2, -1)
}

test('the picture has its size and says what it shows', () => {
  expect(new SvgCanvas(100, 50, measure).toSvg('A & B').split('\n').slice(0, 2)).toEqual([
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50" role="img">',
    '<title>A &amp; B</title>',
  ])
})

test('paths stand where movement and turning put them', () => {
  expect(
    draw(context => {
      context.save()
      context.translate(10, 20)
      context.rotate(Math.PI / 2)
      context.beginPath()
      context.moveTo(0, 0)
      context.lineTo(5, 0)
      context.strokeStyle = 'rgb(1, 2, 3)'
      context.stroke()
      context.restore()
      context.fillStyle = 'rgba(4, 5, 6, 0.5)'
      context.fillRect(1, 2, 3, 4)
    }),
  ).toEqual([
    '<path d="M10 20L10 25" fill="none" stroke="rgb(1, 2, 3)" stroke-width="1" stroke-linecap="butt" stroke-linejoin="miter"/>',
    '<path d="M1 2L4 2L4 6L1 6Z" fill="rgb(4, 5, 6)" fill-opacity="0.5"/>',
  ])
})

test('a full turn is two arcs, a part of one is one', () => {
  const [circle, quarter] = draw(context => {
    context.beginPath()
    context.arc(10, 10, 5, 0, 2 * Math.PI)
    context.fill()
    context.beginPath()
    context.arc(10, 10, 5, 0, Math.PI / 2)
    context.fill()
  })
  expect(circle).toContain('M15 10A5 5 0 1 1 5 10A5 5 0 1 1 15 10')
  expect(quarter).toContain('M15 10A5 5 0 0 1 10 15')
})

test('what is clipped says by which path, until it is restored', () => {
  const parts = draw(context => {
    context.save()
    context.beginPath()
    context.rect(0, 0, 10, 10)
    context.clip()
    context.fillRect(0, 0, 20, 20)
    context.restore()
    context.fillRect(0, 0, 20, 20)
  })
  expect(parts.map(part => part.includes('clip-path="url(#clip-1)"'))).toEqual([false, true, false])
  expect(parts[0]).toContain('<clipPath id="clip-1">')
})

test('text keeps its font, its alignment and every character', () => {
  const [text] = draw(context => {
    context.font = 'normal 600 12px "Inter Variable", sans-serif'
    context.textAlign = 'right'
    context.textBaseline = 'middle'
    context.fillText('a < b', 40, 20)
  })
  expect(text).toBe(
    '<text x="40" y="20" dy="4.2" font-family="&quot;Inter Variable&quot;, sans-serif" font-size="12" font-weight="600"' +
      ' text-anchor="end" fill="#000">a &lt; b</text>',
  )
})

test('clearing takes everything away', () => {
  expect(
    draw(context => {
      context.fillRect(0, 0, 1, 1)
      context.clearRect()
    }),
  ).toEqual([])
})
