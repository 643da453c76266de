#!/usr/bin/env bash
# Runs Elasticsearch's REST tests beside the repository against $VEDETTE_URL, which they empty. Writes the outcome of each test to .cache/conformance.tsv, and fails if
# fewer pass than did (engine/COMPAT.md has the number).
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
shared=${VEDETTE_SHARED:-$root/../shared}
[ -d "$shared/conformance" ] || { echo "no conformance tests in $shared/conformance: set VEDETTE_SHARED" >&2; exit 1; }
mkdir -p "$root/.cache/conformance"
cp -r "$shared/conformance/." "$root/.cache/conformance/" && chmod -R u+w "$root/.cache/conformance"
cd "$root/.cache/conformance"
go run . -url "$VEDETTE_URL" -spec spec -tests tests -min 503 -results "$root/.cache/conformance.tsv" "$@"
kill -0 "$VEDETTE_PID" || { echo "the server died" >&2; exit 1; }
