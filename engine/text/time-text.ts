import type { Timestamp } from '../contract/units.ts'

/** A moment as ISO 8601 has it, in UTC: `2026-01-31T09:30:00.000Z`. */
export function isoTime(at: Timestamp): string {
  return new Date(at).toISOString()
}
