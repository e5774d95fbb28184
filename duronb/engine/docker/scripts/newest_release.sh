#!/bin/sh
# Print what the crates registry knows about a package. In a directory of its own, because cargo takes the version from
# a lock file that it finds.
# Parameters: PACKAGE
package=$1
cd "$(mktemp -d)" && exec cargo info "$package"
