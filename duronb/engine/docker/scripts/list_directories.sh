#!/bin/sh
# Print the current time, then the modification time and name of each directory in DIRECTORY. Print nothing if it does
# not exist.
# Parameters: DIRECTORY
directory=$1
[ -d "$directory" ] || exit 0
date +%s
exec find "$directory" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n'
