/**
 * Values of JSON that resemble each other, as a column: what all have in common is held once, and
 * what is left compresses well. Any list of JSON values comes back as it was.
 */

/** What a column holds of `n` values. */
export type Column =
  | readonly [kind: typeof same, value: unknown]
  | readonly [kind: typeof each, ...values: unknown[]]
  | readonly [kind: typeof steps, ...differences: number[]]
  | readonly [kind: typeof objects, ...members: Member[]]
  | readonly [kind: typeof lists, ...columns: Column[]]

/**
 * A key of objects, in the order that they have their keys in, with the column of its values;
 * `holders`: a digit for each object, 1 where it has the key, and empty where all have it.
 */
type Member = readonly [key: string, holders: string, column: Column]

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

/**
 * The `count` values of a column; throws for what is not a column, or has another number of values.
 */
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
      const [, ...members] = column
      const found = rows(count, () => [] as [string, unknown][])
      for (const [key, holders, values] of members) {
        const having = holders === '' ? found : found.filter((_, index) => holders[index] === '1')
        const its = valuesOf(values, having.length)
        having.forEach((entries, index) => entries.push([key, its[index]]))
      }
      return found.map(entries => Object.fromEntries(entries))
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
  const keysOfEach = values.map(value => Object.keys(value))
  const keys = keysInOrder(keysOfEach)
  if (keys === null || keys.length === 0) return [each, ...values]
  return [
    objects,
    ...keys.map((key): Member => {
      const having = values.filter(value => Object.hasOwn(value, key))
      const holders = values.map(value => (Object.hasOwn(value, key) ? '1' : '0')).join('')
      const column = columnOf(having.map(value => value[key]))
      return [key, having.length === values.length ? '' : holders, column]
    }),
  ]
}

/**
 * All keys in an order in which each object has its own; null when there is none, or none is found.
 */
function keysInOrder(keysOfEach: readonly (readonly string[])[]): string[] | null {
  const all: string[] = []
  for (const keys of keysOfEach) {
    let place = 0
    for (const key of keys) {
      const known = all.indexOf(key)
      if (known < 0) all.splice(place, 0, key)
      else if (known < place) return null
      place = (known < 0 ? place : known) + 1
    }
  }
  return all
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
