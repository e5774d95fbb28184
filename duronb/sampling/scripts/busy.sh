#!/bin/sh
# Keep a processor busy in user space and in the kernel, long enough for samples at any frequency.
# No parameters.
count=0
while [ "$count" -lt 100000 ]; do count=$((count + 1)); done
exec dd if=/dev/zero of=/dev/null bs=1M count=3000 2>/dev/null
