#!/bin/sh
# Check that files can be made in a directory, and print the mounts of the container.
# Parameters: DIRECTORY
set -e
made=$(mktemp -d "$1/duronb-XXXXXX")
rmdir -- "$made"
cat /proc/self/mountinfo
