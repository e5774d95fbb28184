"""Parts of a fake cargo, a shell script: it describes its build, and names the file that it built."""

from __future__ import annotations

DESCRIBES = """case "$1" in
rustc) exec "$RUSTC_WRAPPER" rustc $FAKE_FLAGS --print cfg ;;
-Z) printf %s "${FAKE_CONFIGURATION:-{\\}}"; exit ;;
esac
"""
"""Answers the two questions of describe_build.sh; FAKE_FLAGS and FAKE_CONFIGURATION are the answers."""

NAMES = """folder="$CARGO_TARGET_DIR/${FAKE_TARGET:+$FAKE_TARGET/}release"
index=registry+https://index
for package in ${FAKE_PACKAGES:-serde@1.0.219 tokio@1.45.0}; do
  printf '{"reason":"compiler-artifact","package_id":"%s","target":{"kind":["lib"]},"fresh":true}\\n' "$index#$package"
done
printf '{"reason":"compiler-artifact","package_id":"path+file:///source#app@0.1.0",'
printf '"target":{"kind":["bin"],"crate_types":["bin"],"name":"app","src_path":"/"},'
printf '"executable":"%s"}\\n' "$folder/app"
"""
"""Prints messages about the packages FAKE_PACKAGES and the binary in $folder, which depends on FAKE_TARGET."""
