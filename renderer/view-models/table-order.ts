/** By which column a table is sorted, and which columns it shows. Pure. */

export type TableOrder<Key> = Readonly<{ key: Key; descending: boolean }>

/** What a column header says about itself (`aria-sort`). */
export function sortState<Key>(order: TableOrder<Key> | null, key: Key): 'ascending' | 'descending' | 'none' {
  if (order?.key !== key) return 'none'
  return order.descending ? 'descending' : 'ascending'
}

/** The order after a click on a column header: a second one turns it round. */
export function orderedBy<Key>(
  order: TableOrder<Key> | null,
  key: Key,
  isDescendingFirst: boolean,
): TableOrder<Key> {
  return { key, descending: order?.key === key ? !order.descending : isDescendingFirst }
}

/**
 * Shows or hides a column; the last one stays, since a table without columns would show nothing
 * to bring them back with.
 */
export function withColumnToggled<Key>(chosen: readonly Key[], key: Key): readonly Key[] {
  const others = chosen.filter(other => other !== key)
  if (others.length === chosen.length) return [...chosen, key]
  return others.length > 0 ? others : chosen
}
