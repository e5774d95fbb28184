#!/bin/sh
# Print the Cargo.lock that cargo generates for a manifest. If cargo fails, print its output and exit with its code.
# Parameters: MANIFEST, the text of a Cargo.toml
manifest=$1
cd "$(mktemp -d)" && mkdir src && : >src/lib.rs && printf %s "$manifest" >Cargo.toml || exit
output=$(cargo generate-lockfile 2>&1) || {
  status=$?
  printf '%s\n' "$output"
  exit "$status"
}
exec cat Cargo.lock
