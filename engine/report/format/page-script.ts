/**
 * What a page can do besides being read: a click on the head of a column sorts its table, numbers
 * before words. Written for browsers as it stands.
 */
export const pageScript = `
for (const table of document.querySelectorAll('table')) {
  const heads = [...table.tHead.rows[0].cells]
  heads.forEach((head, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    const valueOf = row => {
      const { dataset, textContent } = row.cells[column]
      return 'value' in dataset ? Number(dataset.value) : textContent
    }
    button.addEventListener('click', () => {
      const sign = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending')
      const rows = [...table.tBodies[0].rows].map(row => ({ row, value: valueOf(row) }))
      const [numbers, words] = [
        rows.filter(({ value }) => typeof value === 'number'),
        rows.filter(({ value }) => typeof value === 'string'),
      ]
      numbers.sort((one, other) => sign * (one.value - other.value))
      words.sort((one, other) => sign * one.value.localeCompare(other.value))
      table.tBodies[0].append(...[...numbers, ...words].map(({ row }) => row))
    })
  })
}
`

/**
 * The hash of the script, for the page's policy: no other script runs. A test holds it against the
 * script.
 */
export const pageScriptHash = 'sha256-piCPLNpXTId2sT0weJeyvZM1x4CM5DVX2x9+LzLug8c='
