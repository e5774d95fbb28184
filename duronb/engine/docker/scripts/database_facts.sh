#!/bin/sh
# Check that files can be made in a directory, and print the mounts of the container.
# Parameters: DIRECTORY
set -e
directory=$1
made=$(mktemp -d "$directory/duronb-XXXXXX")
rmdir -- "$made"
cat /proc/self/mountinfo
