#!/bin/sh
# Repeat a command until the time is over or it fails. It runs at least once. After each run a progress line states how
# often it ran to its end.
# Parameters: SECONDS COMMAND [ARGUMENT...]
seconds=$1
shift
# Another process measures the time, since reading a clock after each run would add to the samples.
sleep "$seconds" >/dev/null 2>&1 &
timer=$!
count=0
while :; do
  "$@" || {
    status=$?
    kill "$timer" 2>/dev/null
    exit "$status"
  }
  count=$((count + 1))
  printf '\036{"repetitions": %d}\n' "$count"
  kill -0 "$timer" 2>/dev/null || exit 0
done
