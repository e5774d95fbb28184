#!/bin/sh
# Move a source that was copied completely to the directory with its hash.
# Parameters: PARTIAL DIRECTORY MARKER
#   PARTIAL    directory in which it was unpacked
#   DIRECTORY  final directory
#   MARKER     name of an empty file that marks it as complete
set -e
partial=$1 directory=$2 marker=$3
touch -- "$partial/$marker"
rm -rf -- "$directory"
mv -- "$partial" "$directory"
