#!/usr/bin/env bash
# Measures bin/vedette with the bench beside the repository: loading through _bulk, disk after merging, then searches. Results go to .cache/bench.
# VEDETTE_BENCH_EVENTS is the number of flows (default 1,000,000); there are 0.3 CloudTrail events to each.
# VEDETTE_BENCH_VICTORIALOGS is the path of a victoria-logs; it then gets the same events before, so that the processor time can be compared.
# VEDETTE_BENCH_CURVE are points in millions of flows, such as "1 10 50": it measures the growth with the history kept instead (curve.sh says how), and prints a line a point.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
shared=${VEDETTE_SHARED:-$root/../shared}
[ -d "$shared/bench" ] || { echo "no bench in $shared/bench: set VEDETTE_SHARED" >&2; exit 1; }
out=$root/.cache/bench n=${VEDETTE_BENCH_EVENTS:-1000000}
mkdir -p "$out"
(cd "$shared/bench" && go build -o "$out/bench" .)
if [ -n "${VEDETTE_BENCH_CURVE:-}" ]; then
  # shellcheck disable=SC2086
  "$here/curve.sh" "$out/bench" "$out" $VEDETTE_BENCH_CURVE | tee "$out/curve.txt"
  exit
fi
for kind in vpcflow:$n cloudtrail:$((n * 3 / 10)); do
  data=$out/${kind%:*}-${kind#*:}
  [ -d "$data" ] || { "$out/bench" gen -kind "${kind%:*}" -n "${kind#*:}" -out "$data.part" && mv "$data.part" "$data"; }
done

# peer KIND EVENTS STREAM MESSAGE: what VictoriaLogs takes for the same events.
peer() {
  local data port pid
  data=$(mktemp -d) port=$((20000 + RANDOM % 20000))
  "$VEDETTE_BENCH_VICTORIALOGS" -storageDataPath="$data" -httpListenAddr="127.0.0.1:$port" -retentionPeriod=100y >"$data.log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do curl -fsS -o /dev/null "http://127.0.0.1:$port/health" 2>/dev/null && break; sleep 0.1; done
  echo "== VictoriaLogs $1-$2"
  "$out/bench" load -url "http://127.0.0.1:$port/insert/elasticsearch" -template=false -count= -file "$out/$1-$2" -batch 10000 -workers 2 -pid "$pid" \
    -query "_msg_field=$4&_time_field=@timestamp&_stream_fields=$3"
  sleep 5 # it merges a moment later
  awk '{printf "processor       %.1f s in all\n", ($14 + $15) / '"$(getconf CLK_TCK)"'}' "/proc/$pid/stat"
  du -sb "$data" | awk '{printf "disk            %.1f B/event\n", $1 / '"$2"'}'
  kill "$pid"
  wait "$pid" || true
  rm -rf "$data" "$data.log"
}
if [ -n "${VEDETTE_BENCH_VICTORIALOGS:-}" ]; then
  peer vpcflow "$n" type,aws.vpcflow.interface_id message
  peer cloudtrail "$((n * 3 / 10))" type,cloud.region event.action
fi

exec "$here/with-server.sh" serve --auth off -- bash -euc '
  used() { du -sb "$VEDETTE_DATA" | cut -f1; }
  for data in "$1/vpcflow-$2" "$1/cloudtrail-$(($2 * 3 / 10))"; do
    echo "== $(basename "$data")"
    before=$(used)
    "$1/bench" load -url "$VEDETTE_URL" -file "$data" -batch 10000 -workers 2 -pid "$VEDETTE_PID" -json "$data.load.json"
    last= now=$(used)
    while [ "$last" != "$now" ]; do last=$now; sleep 3; now=$(used); done # until merging has come to rest
    awk "{printf \"processor       %.1f s in all so far\n\", (\$14 + \$15) / $(getconf CLK_TCK)}" "/proc/$VEDETTE_PID/stat"
    awk "BEGIN {printf \"disk, merged    %.1f B/event\n\", ($now - $before) / ${data##*-}}"
    grep RssAnon "/proc/$VEDETTE_PID/status"
  done
  "$1/bench" query -url "$VEDETTE_URL" -repeat 20 -label vedette -json "$1/query.json"' bash "$out" "$n"
