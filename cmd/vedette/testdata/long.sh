#!/usr/bin/env bash
# Fuzzes each fuzz test for FUZZTIME (default 60s), then runs the random tests with RAPID_CHECKS cases each (default 20,000). Prints the seed.
set -euo pipefail
cd "$(dirname "$0")/../../.."
seed=${SEED:-$RANDOM$RANDOM}
echo "seed $seed"
grep -rlE '^func Fuzz' --include='*_test.go' cmd engine ingest storage | while read -r file; do
  grep -oE '^func Fuzz[A-Za-z0-9_]+' "$file" | cut -d' ' -f2 | while read -r name; do
    echo "== $name in $(dirname "$file")"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-60s}" "./$(dirname "$file")"
  done
done
for package in $(grep -rl 'pgregory.net/rapid' --include='*_test.go' cmd engine ingest storage | xargs -n1 dirname | sort -u); do
  echo "== $package"
  go test -timeout 60m "./$package" -rapid.checks "${RAPID_CHECKS:-20000}" -rapid.seed "$seed"
done
