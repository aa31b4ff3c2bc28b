#!/bin/sh
# folio-lab            opens the window
# folio-lab /a/FILE    opens the window and imports a run file (a word with a slash is one)
# folio-lab COMMAND …  is the command line: it needs no display and opens no page, hence no sandbox
#                      for pages
here=$(dirname "$(readlink -f "$0")")
window=$here/folio-lab-window
case "${1-}" in
'' | */*) ;;
*) exec "$window" --no-sandbox --no-zygote --log-level=3 --command-line -- "$@" ;;
esac
if [ "$(id -u)" = 0 ]; then
  echo 'Running as root: Chromium allows no sandbox for root, the window runs without (--no-sandbox).' >&2
  exec "$window" --no-sandbox -- "$@"
fi
exec "$window" -- "$@"
