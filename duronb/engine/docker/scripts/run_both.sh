#!/bin/sh
# Run a command with its standard error on standard output. If it succeeds, run another without its standard error.
# Parameters: COUNT WORD... WORD...
#   COUNT  number of words of the first command; the others are the second command
count=$1
shift
run_first() {
  total=$# left=$count
  while [ "$left" -gt 0 ]; do
    set -- "$@" "$1"
    shift
    left=$((left - 1))
  done
  shift "$((total - count))"
  "$@" 2>&1
}
run_first "$@" || exit 1
shift "$count"
exec "$@" 2>/dev/null
