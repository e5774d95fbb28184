#!/bin/sh
# Print the identity of a finished build, in two lines (SHA-256, and the build id or nothing), then its Cargo.lock.
# Parameters: BUILD
build=$1
set -e
{
  cat -- "$build/identity"
  echo
} | head -n 2
cat -- "$build/Cargo.lock"
