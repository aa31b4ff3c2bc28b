import type { AdviceQuestion } from '../../engine/contract/advice.ts'

/** A question of the advisor as screens put it. */
export type QuestionView = Readonly<{
  question: AdviceQuestion
  name: string
  title: string
  text: string
}>

/**
 * All of them, in the order in which they are offered, put to a machine by its name; without one,
 * to this CPU.
 */
export function questionsAbout(machine: string): readonly QuestionView[] {
  const [cpu, there] = machine === '' ? ['this CPU', 'here'] : [machine, 'there']
  return [
    {
      question: 'exclusive-writer',
      name: 'Exclusive writer',
      title: `Does the exclusive writer help on ${cpu}?`,
      text: `When only one CPU updates a folio, plain loads and stores can replace atomic instructions. Whether that pays depends on what atomic instructions cost ${there}.`,
    },
    {
      question: 'batching',
      name: 'Batching',
      title: `Does batching help on ${cpu}?`,
      text: `One call accounts all pages of a folio instead of one call for each page. Whether that pays depends on what each call costs ${there}.`,
    },
  ]
}

export const questionViews = questionsAbout('')
