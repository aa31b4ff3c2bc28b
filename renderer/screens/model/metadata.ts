/** Bytes that schemes keep for a folio, as rows over folio sizes. Pure. */
import type { Hello } from '../../../engine/contract/agent-protocol.ts'
import type { Bytes } from '../../../engine/contract/units.ts'

export type MetadataRows = Readonly<{
  sizes: readonly Bytes[]
  /** Null for a size that a scheme has no room for. */
  rows: readonly Readonly<{ name: string; bytes: readonly (number | null)[] }>[]
}>

/** The schemes that tell, and the sizes of the first of them. */
export function metadataRows(schemes: Hello['schemes']): MetadataRows {
  const told = schemes.flatMap(({ name, metadata }) => (metadata ? [{ name, metadata }] : []))
  const sizes = told[0]?.metadata.map(({ folioBytes }) => folioBytes) ?? []
  return {
    sizes,
    rows: told.map(({ name, metadata }) => ({
      name,
      bytes: sizes.map(size => metadata.find(({ folioBytes }) => folioBytes === size)?.bytes ?? null),
    })),
  }
}
