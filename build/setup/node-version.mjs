// Imported before everything else, so that an old Node gets this sentence and not a syntax error.

const oldest = 20

if (Number(process.versions.node.split('.')[0]) < oldest) {
  console.error(
    `set-up stopped: Node ${process.versions.node} is too old, Folio Lab needs Node ${oldest} or newer.\n` +
      '  Install a newer one from https://nodejs.org or your distribution, then run the same command again.',
  )
  process.exit(1)
}
