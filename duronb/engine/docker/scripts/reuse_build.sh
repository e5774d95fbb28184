#!/bin/sh
# Mark a finished build as used. Fail if there is no such build, or if it was cargo's last one: then cargo answers at
# once, and knows better what changed.
# Parameters: BUILD BINARY OBJECTS
build=$1 binary=$2 objects=$3
[ "$(cat -- "$objects/.duronb-build" 2>/dev/null)" != "${build##*/}" ] && test -x "$build/$binary" && touch -- "$build"
