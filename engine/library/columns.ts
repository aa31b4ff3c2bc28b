/**
 * Values of JSON that resemble each other, as a column: what all have in common is held once, and
 * what is left compresses well. Any list of JSON values comes back as it was.
 */

/** What a column holds of `n` values. */
export type Column =
  | readonly [kind: typeof same, value: unknown]
  | readonly [kind: typeof each, ...values: unknown[]]
  | readonly [kind: typeof steps, ...differences: number[]]
  | readonly [kind: typeof objects, keys: readonly string[], ...columns: Column[]]
  | readonly [kind: typeof lists, ...columns: Column[]]

const [same, each, steps, objects, lists] = [0, 1, 2, 3, 4] as const

/** The column of `values`, of which there is at least one. */
export function columnOf(values: readonly unknown[]): Column {
  const [first] = values
  const text = JSON.stringify(first)
  if (values.every(value => value === first || JSON.stringify(value) === text)) return [same, first]
  if (values.every(value => Array.isArray(value)))
    return isEqualLength(values) ? [lists, ...transposed(values)] : [each, ...values]
  if (values.every(value => typeof value === 'object' && value !== null && !Array.isArray(value)))
    return columnOfObjects(values as Readonly<Record<string, unknown>>[])
  return values.every(value => Number.isSafeInteger(value))
    ? columnOfIntegers(values as number[])
    : [each, ...values]
}

/** The `count` values of a column; throws for what is none, or one of another number of values. */
export function valuesOf(column: Column, count: number): unknown[] {
  switch (column[0]) {
    case same:
      return Array<unknown>(count).fill(column[1])
    case each:
      return counted(column.slice(1), count)
    case steps: {
      let value = 0
      return counted(column.slice(1), count).map(difference => (value += Number(difference)))
    }
    case objects: {
      const [, keys, ...columns] = column
      const members = columns.map(one => valuesOf(one, count))
      return rows(count, index =>
        Object.fromEntries(keys.map((key, member) => [key, members[member]?.[index]])),
      )
    }
    case lists: {
      const [, ...columns] = column
      const members = columns.map(one => valuesOf(one, count))
      return rows(count, index => members.map(member => member[index]))
    }
    default:
      throw new RangeError('no such column')
  }
}

function isEqualLength(values: readonly unknown[][]): boolean {
  const length = values[0]?.length ?? 0
  return length > 0 && values.every(value => value.length === length)
}

function transposed(values: readonly unknown[][]): Column[] {
  return (values[0] ?? []).map((_, index) => columnOf(values.map(value => value[index])))
}

function columnOfObjects(values: readonly Readonly<Record<string, unknown>>[]): Column {
  const keys = Object.keys(values[0] ?? {})
  const text = JSON.stringify(keys)
  if (!values.every(value => JSON.stringify(Object.keys(value)) === text)) return [each, ...values]
  return [objects, keys, ...keys.map(key => columnOf(values.map(value => value[key])))]
}

function columnOfIntegers(values: readonly number[]): Column {
  const differences = values.map((value, index) => value - (values[index - 1] ?? 0))
  const isShorter = JSON.stringify(differences).length < JSON.stringify(values).length
  const isExact = differences.every(difference => Number.isSafeInteger(difference))
  return isShorter && isExact ? [steps, ...differences] : [each, ...values]
}

function counted(values: unknown[], count: number): unknown[] {
  if (values.length !== count) throw new RangeError(`${values.length} values instead of ${count}`)
  return values
}

function rows<T>(count: number, rowAt: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => rowAt(index))
}
