/** What advices say, machine by machine. */
import { AdviceQuestion, AdviceVerdict, type Advice } from '../contract/advice.ts'
import type { AtlasAnswer } from '../contract/atlas.ts'
import { StoredReturns } from '../contract/returns.ts'
import { readStoredValue, unlessDamaged } from '../contract/stored.ts'
import { fingerprint } from '../machine/fingerprint.ts'
import { machineName } from '../text/machine-text.ts'
import type { Database } from './database.ts'

export type MachineAnswer = Readonly<{
  machineId: number
  name: string
  cpu: string | null
  vendor: string | null
  family: number | null
  model: number | null
  kernelRelease: string
  answer: AtlasAnswer
}>

type Row = Omit<MachineAnswer, 'answer'> &
  Readonly<{ question: string; verdict: string; returns: string; sentence: string; createdAt: number }>

/** Stores what an advice says, with its machine. The caller provides the transaction. */
export function insertAnswer(database: Database, advice: Advice, isImported: boolean): void {
  const { facts } = advice.environment
  const machine = { fingerprint: fingerprint(facts), name: machineName(facts) }
  database
    .prepare<[object]>(
      'INSERT INTO machine (fingerprint, name) VALUES (:fingerprint, :name) ON CONFLICT (fingerprint) DO NOTHING',
    )
    .run(machine)
  database
    .prepare<[object]>(
      `INSERT INTO answer (advice_id, machine_id, is_imported, question, verdict, returns, sentence, created_at,
                           kernel_release, vendor, family, model, cpu)
       SELECT :id, machine.id, :isImported, :question, :verdict, :returns, :sentence, :createdAt,
              :kernelRelease, :vendor, :family, :model, :cpu
       FROM machine WHERE fingerprint = :fingerprint`,
    )
    .run({
      id: advice.id,
      isImported: Number(isImported),
      question: advice.question,
      verdict: advice.verdict,
      returns: advice.returns,
      sentence: advice.sentence,
      createdAt: advice.createdAt,
      kernelRelease: facts.kernel.release,
      vendor: facts.cpu.vendor,
      family: facts.cpu.family,
      model: facts.cpu.model,
      cpu: facts.cpu.name,
      fingerprint: machine.fingerprint,
    })
}

/**
 * The newest answer of each machine to each question under each kind of returns; one that was
 * measured here before those of files, which may claim any machine and any date.
 */
export function newestAnswers(database: Database): MachineAnswer[] {
  const rows = database
    .prepare<[], Row>(
      `WITH ranked AS (
         SELECT machine_id AS machineId, machine.name, cpu, vendor, family, model,
                kernel_release AS kernelRelease, question, verdict, returns, sentence,
                answer.created_at AS createdAt,
                row_number() OVER (
                  PARTITION BY machine_id, question, returns
                  ORDER BY is_imported, answer.created_at DESC) AS place
         FROM answer JOIN machine ON machine.id = answer.machine_id
              JOIN advice ON advice.id = answer.advice_id AND advice.deleted_at IS NULL)
       SELECT machineId, name, cpu, vendor, family, model, kernelRelease, question, verdict, returns,
              sentence, createdAt
       FROM ranked WHERE place = 1`,
    )
    .all()
  return rows.flatMap(row => unlessDamaged(() => [answerOf(row)], []))
}

function answerOf({ question, verdict, returns, sentence, createdAt, ...machine }: Row): MachineAnswer {
  const what = `an advice on ${machine.name}`
  return {
    ...machine,
    answer: {
      question: readStoredValue(AdviceQuestion, question, what),
      verdict: readStoredValue(AdviceVerdict, verdict, what),
      returns: readStoredValue(StoredReturns, returns, what),
      sentence,
      createdAt,
    },
  }
}
