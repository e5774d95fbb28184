#!/bin/sh
# Build with cargo in the working directory, and keep the binary with its Cargo.lock. Exit code 66: cargo did not build
# the binary. Any other failure has cargo's exit code.
# Parameters: OBJECTS SOURCE_HASH SOURCE KIND BINARY BUILD PARTIAL LAST_LOCK SEED [CARGO_ARGUMENT...]
#   OBJECTS      cargo's target directory
#   SOURCE_HASH  of the source
#   SOURCE       directory of the source; the working directory is in it
#   KIND         kind of the program in cargo: bin or example
#   BINARY       its name
#   BUILD        directory that will contain the binary, Cargo.lock and the files "identity" and "packages"
#   PARTIAL      its name until it is complete
#   LAST_LOCK    file with the Cargo.lock of the last build of a program of this name
#   SEED         file with the Cargo.lock to start from; empty for none
# Environment: BUILD_OWNER names the process that builds, for other builds that wait for it.
set -e
objects=$1 source_hash=$2 source=$3 kind=$4 binary=$5 build=$6 partial=$7 last_lock=$8 seed=$9
shift 9
mkdir -p -- "$objects" "${last_lock%/*}"
# One build at a time, from the start of cargo to the copy of the binary.
exec 9>"$objects/.duronb-lock"
flock --nonblock 9 || {
  echo "Waiting for another build in this engine: $(head -c 200 -- "$objects/.duronb-builder" || echo unknown)"
  flock 9
}
echo "$BUILD_OWNER, since $(date -u +%H:%M:%SZ)" >"$objects/.duronb-builder"
# cargo identifies a crate by its path in the workspace, and detects changes by modification times. So it would not
# compile a source with older files than the last one. If another source was built last, set the modification times of
# this one to now.
if [ "$(cat -- "$objects/.duronb-source" 2>/dev/null)" != "$source_hash" ]; then
  find "$source" -type f -exec touch -- '{}' +
  printf %s "$source_hash" >"$objects/.duronb-source"
fi
printf %s "${build##*/}" >"$objects/.duronb-build"
touch -- "$objects"
if [ -n "$seed" ]; then
  cp -- "$seed" Cargo.lock
elif [ ! -e Cargo.lock ] && [ -e "$last_lock" ]; then
  # Duroxide's lock file is not in git. With the last one, two builds differ only in the subject.
  cp -- "$last_lock" Cargo.lock
fi
messages=$objects/.duronb-messages
cargo build --message-format=json-render-diagnostics "$@" >"$messages"
# The path depends on 'build.target' and other settings, so it is taken from the message about the wanted program. The
# names of programs and of the target directory need no escapes in JSON.
program="^{\"reason\":\"compiler-artifact\",.*\"target\":{\"kind\":\[\"$kind\"\],[^{}]*\"name\":\"$binary\","
executable=$(sed -n "/$program/s/.*\"executable\":\"\([^\"]*\)\".*/\1/p" "$messages" | sort -u)
[ -f "$executable" ] || exit 66
rm -rf -- "$partial"
mkdir -p -- "$partial"
cp -- "$executable" "$partial/$binary"
cp -- Cargo.lock "$partial/"
# The ids of the packages that cargo compiled; they contain no quotes.
sed -n 's/^{"reason":"compiler-artifact","package_id":"\([^"]*\)".*/\1/p' "$messages" | LC_ALL=C sort -u >"$partial/packages"
{
  sha256sum <"$executable" | cut -d' ' -f1
  LC_ALL=C readelf --notes "$executable" 2>/dev/null | sed -n 's/^ *Build ID: //p' | head -n 1
} >"$partial/identity"
rm -rf -- "$build"
mv -- "$partial" "$build"
cp -- Cargo.lock "$last_lock"
