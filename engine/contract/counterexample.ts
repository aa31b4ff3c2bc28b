import * as z from 'zod'
import { textUpTo } from './bounds.ts'

const mostCharacters = 20_000

/** The histories in which the series as posted answers wrongly, replayed (docs/schemes.md, D.8). */
export const Counterexample = z.object({
  /** Whether the posted forms were wrong and the sound ones right, as they have to be. */
  reproduced: z.boolean(),
  /** What was done and what each form answered, in lines. */
  text: textUpTo(mostCharacters),
})
export type Counterexample = z.infer<typeof Counterexample>
