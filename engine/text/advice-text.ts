import type { AdviceVerdict } from '../contract/advice.ts'

/** Verdicts of the advisor in the space of a table column. */
export const adviceVerdictNames: Readonly<Record<AdviceVerdict, string>> = {
  helps: 'helps',
  hurts: 'hurts',
  'no-difference': 'no difference',
  'not-resolved': 'no clear result',
}
