import { z } from 'zod'

/** Where operations run. */
export const targetNames = ['host', 'model', 'vm', 'ssh'] as const
export const TargetName = z.enum(targetNames)
export type TargetName = z.infer<typeof TargetName>

/** The stages of the published series, in their order; each is a scheme of the model. */
export const stageNames = [
  'baseline',
  'mapcount',
  'rmap-id',
  '123',
  'batch',
  'exclusive',
  'nocmpxchg',
  'all',
] as const

export const Label = z
  .string()
  .trim()
  .min(1, 'a label needs at least one character')
  .max(80, 'a label has at most 80 characters')

/** What is compared with what: a kernel on `host`, `vm` and `ssh`; a scheme or free configuration on `model`. */
export const Variant = z.discriminatedUnion('target', [
  z.object({ target: z.literal('host'), label: Label }),
  z.object({
    target: z.literal('model'),
    label: Label,
    scheme: z.string().min(1),
    work: z.enum(['full', 'accounting']),
    form: z.enum(['sound', 'posted']),
    readers: z.int().min(0).max(1024),
  }),
])
export type Variant = z.infer<typeof Variant>
