import { useVirtualizer, type Range } from '@tanstack/vue-virtual'
import { computed, type ComputedRef, type ShallowRef } from 'vue'

/** A row that is drawn, and how far from the top, in CSS pixels. */
export type VisibleRow<Row> = Readonly<{ row: Row; index: number; start: number }>

/** What a long list needs to draw no more of its rows than can be seen. */
export type VirtualRows<Row> = Readonly<{
  visible: ComputedRef<readonly VisibleRow<Row>[]>
  /** Of all rows, in CSS pixels. */
  height: ComputedRef<number>
  scrollTo: (index: number) => void
}>

/**
 * Rows of one height within an element that scrolls.
 * @param list what there is, how high a row is in CSS pixels, and what tells a row from others;
 *   `choose` may add rows to those in sight
 */
export function useVirtualRows<Row>(
  scroller: Readonly<ShallowRef<HTMLElement | null>>,
  list: () => Readonly<{
    rows: readonly Row[]
    rowHeight: number
    keyOf: (row: Row) => string
    choose?: (range: Range) => number[]
  }>,
): VirtualRows<Row> {
  const virtualizer = useVirtualizer(
    computed(() => {
      const { rows, rowHeight, keyOf, choose } = list()
      return {
        count: rows.length,
        getScrollElement: () => scroller.value,
        estimateSize: () => rowHeight,
        getItemKey: (index: number) => {
          const row = rows[index]
          return row === undefined ? index : keyOf(row)
        },
        overscan: 10,
        ...(choose && { rangeExtractor: choose }),
      }
    }),
  )
  return {
    visible: computed(() =>
      virtualizer.value.getVirtualItems().flatMap(({ index, start }) => {
        const row = list().rows[index]
        return row === undefined ? [] : [{ row, index, start }]
      }),
    ),
    height: computed(() => virtualizer.value.getTotalSize()),
    scrollTo: index => virtualizer.value.scrollToIndex(index),
  }
}
