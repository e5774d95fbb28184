#!/bin/sh
# Print the time, then the modification time and the name of each directory in a directory; nothing where it is missing.
# Parameters: DIRECTORY
directory=$1
[ -d "$directory" ] || exit 0
date +%s
exec find "$directory" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n'
