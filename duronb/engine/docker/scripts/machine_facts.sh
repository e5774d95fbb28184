#!/bin/sh
# Print facts about the machine, one a line: kernel, perf_event_paranoid, kptr_restrict, perf's version, processor.
# No parameters.
uname -r
cat /proc/sys/kernel/perf_event_paranoid
cat /proc/sys/kernel/kptr_restrict
perf --version
sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1
