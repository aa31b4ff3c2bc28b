/**
 * The element at an index that the caller knows to exist. An index outside the array is a
 * defect of the caller and throws, where plain indexing would let `undefined` turn into
 * NaN some formulas later.
 */
export function elementAt<T>(values: ArrayLike<T>, index: number): T {
  const value = values[index]
  if (value === undefined) throw new RangeError(`index ${index} is outside an array of ${values.length}`)
  return value
}
