#!/bin/sh
# Print the identity of a finished build, in two lines (SHA-256, and the build id or nothing), then the ids of its
# packages, if they are known, an empty line, and its Cargo.lock.
# Parameters: BUILD
build=$1
set -e
{
  cat -- "$build/identity"
  echo
} | head -n 2
[ ! -e "$build/packages" ] || cat -- "$build/packages"
echo
cat -- "$build/Cargo.lock"
