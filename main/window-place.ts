type Area = Readonly<{ x: number; y: number; width: number; height: number }>

// Pixels of a window, in both directions, that must be on a display to catch it with the mouse.
const grip = 100

/** Whether enough of the window lies on one of the displays of today. */
export function isWithinReach(window: Area, displays: readonly Area[]): boolean {
  return displays.some(
    display =>
      overlap(display.x, display.width, window.x, window.width) >= grip &&
      overlap(display.y, display.height, window.y, window.height) >= grip,
  )
}

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart)
}
