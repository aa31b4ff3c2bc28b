import * as z from 'zod'

export const ThemeChoice = z.enum(['system', 'light', 'dark'])

/** The settings of the whole application. */
export const Settings = z.object({
  theme: ThemeChoice,
  /** Confidence asked for each interval, in percent. */
  confidencePercent: z
    .number('a confidence is a number of percent')
    .min(50, 'a confidence is at least 50 %')
    .max(99.99, 'a confidence is at most 99.99 %')
    .default(95),
  /** Whether the desktop says when a run has ended while no window is looked at. */
  notifies: z.boolean().default(true),
  /** Whether the first-run welcome was seen. */
  isWelcomed: z.boolean().default(false),
})
export type Settings = z.infer<typeof Settings>

export const initialSettings: Settings = Settings.parse({ theme: 'system' })
