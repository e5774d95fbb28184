#!/bin/sh
# Print the Cargo.lock that cargo makes for a manifest; where cargo fails, what it says, with its exit code.
# Parameters: MANIFEST, the text of a Cargo.toml
manifest=$1
cd "$(mktemp -d)" && mkdir src && : >src/lib.rs && printf %s "$manifest" >Cargo.toml || exit
said=$(cargo generate-lockfile 2>&1) || {
  status=$?
  printf '%s\n' "$said"
  exit "$status"
}
exec cat Cargo.lock
