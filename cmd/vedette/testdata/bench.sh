#!/usr/bin/env bash
# Measures bin/vedette with the bench beside the repository: loading through _bulk, then searches. Results go to .cache/bench.
# VEDETTE_BENCH_EVENTS is the number of flows (default 1,000,000); there are 0.3 CloudTrail events to each.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
shared=${VEDETTE_SHARED:-$root/../shared}
[ -d "$shared/bench" ] || { echo "no bench in $shared/bench: set VEDETTE_SHARED" >&2; exit 1; }
out=$root/.cache/bench n=${VEDETTE_BENCH_EVENTS:-1000000}
mkdir -p "$out"
(cd "$shared/bench" && go build -o "$out/bench" .)
for kind in vpcflow:$n cloudtrail:$((n * 3 / 10)); do
  data=$out/${kind%:*}-${kind#*:}
  [ -d "$data" ] || { "$out/bench" gen -kind "${kind%:*}" -n "${kind#*:}" -out "$data.part" && mv "$data.part" "$data"; }
done
exec "$here/with-server.sh" serve -- bash -euc '
  for data in "$1/vpcflow-$2" "$1/cloudtrail-$(($2 * 3 / 10))"; do
    echo "== $(basename "$data")"
    "$1/bench" load -url "$VEDETTE_URL" -file "$data" -batch 10000 -workers 2 -pid "$VEDETTE_PID" -du "$VEDETTE_DATA" -json "$data.load.json"
  done
  "$1/bench" query -url "$VEDETTE_URL" -repeat 20 -label vedette -json "$1/query.json"' bash "$out" "$n"
