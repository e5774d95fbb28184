#!/bin/sh
# Build with cargo in the working directory, and keep the binary with its Cargo.lock. Exit code 66: cargo built no such
# binary. Any other failure has cargo's exit code.
# Parameters: OBJECTS SOURCE_HASH SOURCE BINARY BUILD PARTIAL LAST_LOCK SEED [CARGO_ARGUMENT...]
#   OBJECTS      cargo's target directory
#   SOURCE_HASH  of the source
#   SOURCE       directory of the source; the working directory is in it
#   BINARY       path of the result in OBJECTS
#   BUILD        directory that will contain the binary and Cargo.lock
#   PARTIAL      the same before it is complete
#   LAST_LOCK    file with the Cargo.lock of the last build of a program of this name
#   SEED         file with the Cargo.lock to start from; empty for none
set -e
objects=$1 source_hash=$2 source=$3 binary=$4 build=$5 partial=$6 last_lock=$7 seed=$8
shift 8
mkdir -p -- "$objects" "${last_lock%/*}"
# One build at a time, from cargo's look at the files to the copy of the binary.
exec 9>"$objects/.duronb-lock"
flock --nonblock 9 || {
  echo "Waiting for another build in this engine"
  flock 9
}
# cargo knows a unit by its path inside the workspace and by modification times, so to cargo two sources in two
# directories are one, and the one with the older files looks built: where another source was built last, the files of
# this one become new.
if [ "$(cat -- "$objects/.duronb-source" 2>/dev/null)" != "$source_hash" ]; then
  find "$source" -type f -exec touch -- '{}' +
  printf %s "$source_hash" >"$objects/.duronb-source"
fi
touch -- "$objects"
if [ -n "$seed" ]; then
  cp -- "$seed" Cargo.lock
elif [ ! -e Cargo.lock ] && [ -e "$last_lock" ]; then
  # Duroxide's own lock file is not in git. With the last one, two builds differ in the subject alone.
  cp -- "$last_lock" Cargo.lock
fi
cargo build "$@"
[ -f "$objects/$binary" ] || exit 66
rm -rf -- "$partial"
mkdir -p -- "$partial"
cp -- "$objects/$binary" Cargo.lock "$partial/"
rm -rf -- "$build"
mv -- "$partial" "$build"
cp -- Cargo.lock "$last_lock"
