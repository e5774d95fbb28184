#!/bin/sh
# Print what the crates registry states about a package. It runs in an empty directory, because cargo would use the
# version in a lock file that it finds.
# Parameters: PACKAGE
package=$1
cd "$(mktemp -d)" && exec cargo info "$package"
