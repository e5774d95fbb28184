#!/bin/sh
# Wait for a line on standard input. If the input ends without one, the process at its other end was killed: interrupt
# the process group.
# Parameters: GROUP
group=$1
read -r _ || kill -INT "-$group"
