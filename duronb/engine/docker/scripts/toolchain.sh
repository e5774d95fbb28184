#!/bin/sh
# Print the toolchain that rustup would use, or nothing without rustup. No parameters.
# It is set for all later commands, because rustup would otherwise follow the subject's rust-toolchain.toml and download
# another.
if command -v rustup >/dev/null 2>&1; then
  rustup show active-toolchain | cut -d' ' -f1
fi
