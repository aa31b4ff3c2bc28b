import * as z from 'zod'

/** One field of a record as a column of a table, read off the schema that declares it. */
export type StoredField = Readonly<{
  /** Its name in the contract: `elapsedNs`. */
  key: string
  /** Its name in the database: `elapsed_ns`. */
  column: string
  /** `flag`: 0 or 1; `json`: a text that holds a list or a record. */
  kind: 'number' | 'flag' | 'text' | 'json'
  /** Whether nothing is stored as a value of its own, `null`; else the field is left out then. */
  isNullable: boolean
  /** Whether earlier records may lack it. */
  isOptional: boolean
  schema: z.ZodType
}>

/** The columns that hold a record of this schema, one for each of its fields. */
export function storedFields({
  shape,
}: z.ZodObject<Readonly<Record<string, z.ZodType>>>): readonly StoredField[] {
  return Object.entries(shape).map(([key, schema]) => ({
    key,
    column: key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
    kind: kindOf(schema),
    isNullable: schema instanceof z.ZodNullable,
    isOptional: schema instanceof z.ZodOptional,
    schema,
  }))
}

function kindOf(schema: unknown): StoredField['kind'] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return kindOf(schema.unwrap())
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'flag'
  if (schema instanceof z.ZodString) return 'text'
  return 'json'
}
