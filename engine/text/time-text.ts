import type { Timestamp } from '../contract/units.ts'

/** A moment as ISO 8601 has it, in UTC: `2026-01-31T09:30:00.000Z`. */
export function isoTime(at: Timestamp): string {
  return new Date(at).toISOString()
}

/** ISO 8601 but for the space, which is what Swedish has. */
const minuteFormat = new Intl.DateTimeFormat('sv-SE', {
  dateStyle: 'short',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** Date and time to the minute, in UTC: `2026-01-31 09:30`. */
export function minuteText(at: Timestamp): string {
  return minuteFormat.format(at)
}
