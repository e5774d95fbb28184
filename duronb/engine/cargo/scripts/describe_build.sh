#!/bin/sh
# Print what cargo would build with in the working directory. Each record ends with a null byte: the words of cargo's
# call of rustc, an empty record, the output of rustc -vV, cargo's configuration as JSON, variables with flags for C
# compilers, and the names of toolchain files. If cargo fails, print its output and exit with its code.
# Parameters: CARGO [CARGO_ARGUMENT...]
#   CARGO  name or path of cargo
cargo=$1
shift
scratch=$(mktemp -d) || exit
trap 'rm -rf -- "$scratch"' EXIT
# cargo chooses among flags of variables and configuration files, whose conditions it evaluates. It passes the flags that
# it chose to rustc, and this wrapper writes them down. The last call is the one for --print.
cat >"$scratch/rustc" <<'END'
#!/bin/sh
case "$*" in
*"--print cfg")
  "$1" -vV >"$DURONB_SCRATCH/version" || exit
  env | sed -n '/^[A-Z_]*\(CFLAGS\|CXXFLAGS\)/p' >"$DURONB_SCRATCH/flags"
  printf '%s\0' "$@" >"$DURONB_SCRATCH/words"
  ;;
esac
exec "$@"
END
chmod 700 "$scratch/rustc" || exit
# Both options are unstable. RUSTC_BOOTSTRAP permits them in stable cargo; it is not set for the build.
output=$(
  RUSTC_BOOTSTRAP=1 RUSTC_WRAPPER="$scratch/rustc" DURONB_SCRATCH="$scratch" \
    CARGO_TARGET_DIR="$scratch/target" CARGO_BUILD_BUILD_DIR="$scratch/target" CARGO_CACHE_RUSTC_INFO=0 \
    "$cargo" rustc -Z unstable-options --print cfg "$@" 2>&1
) || {
  status=$?
  printf '%s\n' "$output"
  exit "$status"
}
configuration=$(RUSTC_BOOTSTRAP=1 "$cargo" -Z unstable-options config get --format json 2>/dev/null) || configuration='{}'
cat -- "$scratch/words"
printf '\0'
cat -- "$scratch/version"
printf '\0%s\0' "$configuration"
cat -- "$scratch/flags"
printf '\0'
for file in rust-toolchain rust-toolchain.toml; do
  [ ! -e "$file" ] || printf '%s\n' "$file"
done
printf '\0'
