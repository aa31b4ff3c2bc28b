import type * as z from 'zod'

/**
 * One declaration of everything two processes say to each other: names, inputs, outputs, events.
 */
export type Api = Readonly<{
  requests: Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType }>>>
  events: Readonly<Record<string, z.ZodType>>
}>

/** What the serving side implements. Inputs arrive parsed. */
export type Handlers<A extends Api> = {
  readonly [K in keyof A['requests']]: (
    input: z.output<A['requests'][K]['input']>,
  ) => Promise<z.input<A['requests'][K]['output']>> | z.input<A['requests'][K]['output']>
}

/** What the asking side calls. Outputs and events arrive parsed. */
export type Client<A extends Api> = {
  readonly [K in keyof A['requests']]: (
    input: z.input<A['requests'][K]['input']>,
  ) => Promise<z.output<A['requests'][K]['output']>>
}

export type EventName<A extends Api> = keyof A['events'] & string
export type EventPayload<A extends Api, E extends EventName<A>> = z.output<A['events'][E]>
