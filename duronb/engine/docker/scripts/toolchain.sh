#!/bin/sh
# Print the toolchain that rustup would use (an empty line without rustup), then the output of rustc -vV.
# No parameters.
# RUSTUP_TOOLCHAIN is set because rustup would otherwise follow the subject's rust-toolchain.toml and download another.
if command -v rustup >/dev/null 2>&1; then
  RUSTUP_TOOLCHAIN=$(rustup show active-toolchain | cut -d' ' -f1)
  export RUSTUP_TOOLCHAIN
fi
echo "$RUSTUP_TOOLCHAIN"
exec rustc -vV
