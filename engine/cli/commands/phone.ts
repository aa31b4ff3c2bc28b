import type { Command } from 'commander'
import { PhoneRequest, phoneSchemes } from '../../contract/phone.ts'
import { phoneTable } from '../../report/content/phone-table.ts'
import { renderText } from '../../report/format/text.ts'
import { runPhone } from '../../session/phone.ts'
import { startAgent, type CommonOptions } from '../context.ts'
import { ownVariantHelp, readModelVariants } from '../model-variants.ts'
import { parseSize } from '../parse.ts'
import { planFailure } from '../plan-failure.ts'
import { print, printJson } from '../terminal.ts'

type Options = CommonOptions &
  Readonly<Record<'variant' | 'size' | 'folio', string>> &
  Readonly<{ kernel?: boolean; changeSettings?: boolean }>

/** `phone`: what folios cost in memory after a fork, by how much of them is written. */
export function addPhoneCommand(program: Command): void {
  program
    .command('phone')
    .description('memory after a fork, as on phones: folios on the deferred-split queue, and wasted bytes')
    .option(
      '--variant <LIST>',
      'schemes of the model, “all-schemes”, or own variants',
      phoneSchemes.join(','),
    )
    .option(
      '--kernel',
      'ask this kernel as well, from its statistics for this folio size (Linux 6.12 and later)',
    )
    .option('--change-settings', 'enable the folio size on this kernel until the command ends')
    .option('--folio <BYTES>', 'size of a folio, at most 2M', '64K')
    .option('--size <BYTES>', 'size of the region', '4M')
    .option('--json', 'print all points as JSON')
    .addHelpText('after', ownVariantHelp)
    .action(phone)
}

async function phone(options: Options): Promise<void> {
  const variants = await namedSchemes(options.variant)
  const request = PhoneRequest.safeParse({
    schemes: variants.map(({ scheme }) => scheme),
    withKernel: options.kernel ?? false,
    changeSettings: options.changeSettings ?? false,
    sizeBytes: parseSize('--size', options.size),
    folioBytes: parseSize('--folio', options.folio),
  })
  if (!request.success) throw planFailure(request.error, 'phone')
  const results = (await runPhone(startAgent, request.data)).map((result, index) => ({
    ...result,
    label: variants[index]?.label ?? result.label,
  }))
  if (options.json === true) printJson(results)
  else print(renderText([phoneTable(results, request.data.folioBytes)]))
}

async function namedSchemes(text: string) {
  const agent = await startAgent()
  await agent.close()
  return readModelVariants(
    text,
    agent.hello.schemes.map(({ name }) => name),
  )
}
