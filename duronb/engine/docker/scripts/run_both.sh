#!/bin/sh
# Run one command, its errors on standard output, and, where it succeeds, another without its errors.
# Parameters: COUNT WORD... WORD...
#   COUNT  how many of the words are the first command; the others are the second
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
