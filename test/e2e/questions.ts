import type { Application } from './application.ts'

/** Answers the next questions of the application with the button of this number. */
export async function answerQuestions({ electron }: Application, response: number): Promise<void> {
  await electron.evaluate(({ dialog }, button) => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = (...args: unknown[]) => {
      asked.push((args.at(-1) as { message: string }).message)
      return Promise.resolve({ response: button, checkboxChecked: false })
    }
  }, response)
}

/** What it has asked since. */
export function askedQuestions({ electron }: Application): Promise<string[]> {
  return electron.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)
}
