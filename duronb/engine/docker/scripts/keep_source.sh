#!/bin/sh
# Make a source that was sent completely the one under its hash.
# Parameters: PARTIAL DIRECTORY MARKER
#   PARTIAL    where it was unpacked
#   DIRECTORY  where it belongs
#   MARKER     name of the empty file in it that says that it is complete
set -e
partial=$1 directory=$2 marker=$3
touch -- "$partial/$marker"
rm -rf -- "$directory"
mv -- "$partial" "$directory"
