#!/bin/sh
# Wait for a line on standard input. If the input ends without one, the process at its other end was killed: interrupt
# the process group, and kill what has not ended after four seconds.
# Parameters: GROUP
group=$1
read -r _ && exit 0
kill -INT "-$group" 2>/dev/null
tenths=0
while kill -0 "-$group" 2>/dev/null && [ "$tenths" -lt 40 ]; do
  sleep 0.1
  tenths=$((tenths + 1))
done
kill -KILL "-$group" 2>/dev/null
