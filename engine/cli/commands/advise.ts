import { randomInt, randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { AdviceSession } from '../../advisor/advice-session.ts'
import { adviceQuestions, AdviceRequest, type AdviceProgress } from '../../contract/advice.ts'
import { recordingApi } from '../../contract/api.ts'
import { describeInputError, Failure } from '../../contract/failure.ts'
import { connect } from '../../contract/ipc/connect.ts'
import { serve } from '../../contract/ipc/serve.ts'
import { returnsChoices } from '../../contract/returns.ts'
import { withoutCommandLine } from '../../exchange/without-command-line.ts'
import { createPortPair } from '../../process/node-port.ts'
import { adviceTables, adviceWords } from '../../report/content/advice.ts'
import { renderText } from '../../report/format/text.ts'
import { systemClock } from '../../process/clock.ts'
import type { MeasuringPlace } from '../../place/measuring-place.ts'
import {
  applicationVersion,
  lockForRun,
  onOption,
  withLibrary,
  withPlace,
  type CommonOptions,
  type OnOption,
} from '../context.ts'
import { makeTeller, print, printJson, say, showLine } from '../terminal.ts'
import { cancelOnSignal, interruptedStatus } from '../execute-session.ts'
import { parseChoice, parseDuration } from '../parse.ts'
import { addAdvicesCommands } from './advices.ts'
import { beginQuietly, whenQuietOption, type WhenQuiet } from '../when-quiet.ts'

type Options = CommonOptions &
  OnOption &
  WhenQuiet &
  Readonly<{ question: string; budget: string; returns: string }>

/** `advise`: whether an optimisation of the series pays on this machine. */
export function addAdviseCommand(program: Command): void {
  const command = program
    .command('advise')
    .description('answer whether the exclusive writer, or batching, pays on this machine')
    .option('--question <NAME>', adviceQuestions.join(' or '), 'exclusive-writer')
    .option('--budget <TIME>', 'time limit for measuring, at most 60s', '60s')
    .option('--returns <NAME>', `how functions of the model return: ${returnsChoices.join(', ')}`, 'host')
    .option(...onOption)
    .option(...whenQuietOption)
    .option('--db <FILE>', 'the library to store in')
    .option('--json', 'print the advice as JSON')
    .action(advise)
  addAdvicesCommands(command)
}

async function advise(options: Options): Promise<void> {
  const request = AdviceRequest.safeParse({
    question: parseChoice('--question', options.question, adviceQuestions),
    budgetSeconds: parseDuration('--budget', options.budget),
    returns: parseChoice('--returns', options.returns, returnsChoices),
  })
  if (!request.success)
    throw new Failure('bad-input', `${describeInputError(request.error)}.`, 'Example: --budget 20s.')
  await withPlace(options, place => adviseAt(place, request.data, options))
}

async function adviseAt(place: MeasuringPlace, request: AdviceRequest, options: Options): Promise<void> {
  await withLibrary(options, async library => {
    await beginQuietly(options, place.watcher)
    const { ends, close } = createPortPair()
    serve(recordingApi, library.recording, ends[0])
    const session = new AdviceSession({
      startAgent: place.startAgent,
      machine: place.machine,
      recording: connect(recordingApi, ends[1]).call,
      acquireLock: () => lockForRun(library, place),
      clock: systemClock,
      watcher: place.watcher,
      applicationVersion,
      progressed: makeTeller(words),
    })
    const stopListening = cancelOnSignal(session, 'Cancelling; the samples so far are kept as a run.')
    try {
      await session.start(randomUUID(), request, randomInt(2 ** 32))
      const { status, reason, advice } = await session.finished()
      showLine('')
      if (advice === null) {
        say(`No advice (${status}): ${reason}`)
        if (options.json === true) printJson({ status, reason })
        process.exitCode = status === 'cancelled' ? interruptedStatus : 1
      } else if (options.json === true) printJson(withoutCommandLine(advice))
      else print(`${adviceWords(advice)}\n\n${renderText(adviceTables(advice))}`)
    } finally {
      stopListening()
      close()
    }
  })
}

function words({ elapsedSeconds, budgetSeconds, current }: AdviceProgress): string {
  return `${current}: ${Math.round(elapsedSeconds)} of at most ${budgetSeconds} s`
}
