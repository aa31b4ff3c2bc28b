declare module 'parse-prometheus-text-format' {
  type Metric = Readonly<{ value?: string; labels?: Readonly<Record<string, string>> }>
  /** Families of an exposition, in its order. */
  export default function parse(
    text: string,
  ): readonly Readonly<{ name: string; type: string; metrics: readonly Metric[] }>[]
}
