/**
 * The columns of the table `sample`: each field has one; its case stands for its places in the
 * plan.
 */
import { Measurement, Sample } from '../contract/sample.ts'
import { storedFields, type StoredField } from '../contract/stored-fields.ts'

export const placeFields = storedFields(
  Sample.omit({ cellIndex: true, variantIndex: true, measurement: true }),
)
export const measurementFields = storedFields(Measurement)
export const sampleFields: readonly StoredField[] = [...placeFields, ...measurementFields]
