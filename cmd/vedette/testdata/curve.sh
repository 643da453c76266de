#!/usr/bin/env bash
# curve.sh BENCH OUT MILLIONS ...: how the cost of taking in events and of a day's query grows with the history kept. bench.sh calls it for VEDETTE_BENCH_CURVE.
# Flows are loaded a day at a time, each day later than the one before, so that history grows as real history does. At each point (millions of flows, ascending):
#   cpu s/M    processor time of loading, refreshing and merging since the point before, for a million flows; queries and starts are not in it
#   anon, rss  memory (MB): the most since the point before, and "at rest", when merging has ended
#   files      in the data directory; segments are those of all indices
#   B/event    all of the data directory
#   overview, needle, newest   p50 (ms) of VEDETTE_BENCH_REPEAT searches (20) of the last day, by curl, each on a connection of its own
#   start ms   from the start of the process to the first answer that counts all flows; files are in the page cache
# VEDETTE_BENCH_DAY is the number of flows in a day (1,000,000); its NDJSON (660 MB) is all that lies beside the data directory, in OUT.
set -euo pipefail
bench=$1 out=$2
shift 2
root=$(cd "$(dirname "$0")/../../.." && pwd)
day=${VEDETTE_BENCH_DAY:-1000000} repeat=${VEDETTE_BENCH_REPEAT:-20}
work=$(mktemp -d "$out/curve.XXXXXX")
data=$work/data api=127.0.0.1:$((20000 + RANDOM % 10000)) dashboard=127.0.0.1:$((30000 + RANDOM % 10000))
url=http://$api/logs-aws.vpcflow-default/_search
pid= sampler= loaded=0 first=1767225600 # 2026-01-01

stop() {
  [ -z "$sampler" ] || { kill "$sampler" 2>/dev/null || true; wait "$sampler" 2>/dev/null || true; }
  [ -z "$pid" ] || { kill -TERM "$pid" 2>/dev/null || true; wait "$pid" || echo "the server stopped with status $?" >&2; }
  pid= sampler=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

memory() { awk -v of="$1" '$1 == of":" {printf "%d", $2 / 1024}' "/proc/$pid/status"; }

# sample keeps the most memory since it was begun in a file.
sample() {
  local anon=0 rss=0 a r
  while a=$(memory RssAnon) && r=$(memory VmRSS) && [ -n "$r" ]; do
    [ "$a" -le "$anon" ] && [ "$r" -le "$rss" ] || { anon=$((a > anon ? a : anon)) rss=$((r > rss ? r : rss)); echo "$anon $rss" >"$work/peak"; }
    sleep 0.2
  done 2>/dev/null
}

# start starts the server and waits until it counts all that was loaded; it sets began_ms.
start() {
  local from body='{"size":0,"track_total_hits":true}'
  from=$(date +%s%N)
  "$root/bin/vedette" serve --auth off --data "$data" --listen "$api" --dashboard "$dashboard" >>"$work/server.log" 2>&1 &
  pid=$!
  if [ "$loaded" = 0 ]; then
    until curl -fsS -o /dev/null "http://$dashboard/readyz" 2>/dev/null; do kill -0 "$pid"; sleep 0.1; done
    return
  fi
  until curl -fsS -H 'Content-Type: application/json' -d "$body" "$url" 2>/dev/null | grep -q "\"value\":$loaded,"; do kill -0 "$pid"; sleep 0.005; done
  began_ms=$((($(date +%s%N) - from) / 1000000))
}

processor() { awk -v hz="$(getconf CLK_TCK)" '{print ($14 + $15) / hz}' "/proc/$pid/stat"; }
used() { du -sb "$data" | cut -f1; }

# settled waits until merging has come to rest.
settled() {
  local last= now
  now=$(used)
  while [ "$last" != "$now" ]; do last=$now; sleep 3; now=$(used); done
}

# load loads flows up to a number.
load() {
  local n at
  while [ "$loaded" -lt "$1" ]; do
    n=$(($1 - loaded < day ? $1 - loaded : day)) at=$((loaded + n))
    "$bench" gen -kind vpcflow -n "$n" -end "$(date -u -d "@$((first + at * 864 / (day / 100)))" +%FT%TZ)" -span "$((n * 864 / (day / 100)))s" -out "$work/day" 2>/dev/null
    "$bench" load -url "http://$api" -file "$work/day" -batch 10000 -workers 2 >"$work/load.log" 2>&1 || { cat "$work/load.log" >&2; return 1; }
    rm -rf "$work/day"
    loaded=$at
  done
}

# p50 BODY: of searches, in ms. Each must be answered in full, with hits or buckets.
p50() {
  for _ in $(seq "$((repeat + 3))"); do
    curl -fsS -o "$work/answer" -w '%{time_total}\n' -H 'Content-Type: application/json' -d "$1" "$url"
    grep -q '"timed_out":false' "$work/answer" && grep -q '"total":{"value":[1-9]' "$work/answer" || { cat "$work/answer" >&2; return 1; }
  done | tail -n "$repeat" | sort -n | awk '{all[NR] = $1} END {printf "%.1f", all[int((NR + 1) / 2)] * 1000}'
}

point() {
  local cpu before=$loaded anon rss to range
  : >"$work/peak"
  sample &
  sampler=$!
  cpu=$(processor)
  load "$1"
  settled
  cpu=$(awk "BEGIN {printf \"%.1f\", ($(processor) - $cpu) * 1000000 / ($loaded - $before)}")
  kill "$sampler"
  wait "$sampler" 2>/dev/null || true
  sampler=
  read -r anon rss <"$work/peak"
  local rest="$(memory RssAnon) $(memory VmRSS)" files segments bytes
  files=$(find "$data" -type f | wc -l) segments=$(find "$data/indices" -path '*/scorch/*.zap' | wc -l)
  bytes=$(awk "BEGIN {printf \"%.1f\", $(used) / $loaded}")
  to=$(((first + loaded * 864 / (day / 100)) * 1000))
  range='{"range":{"@timestamp":{"gte":'$((to - 86400000))',"lte":'$to',"format":"epoch_millis"}}}'
  local overview needle newest
  overview=$(p50 '{"size":0,"track_total_hits":true,"query":{"bool":{"filter":['"$range"']}},"aggs":{"time":{"date_histogram":{"field":"@timestamp","fixed_interval":"900s"}},
    "src":{"terms":{"field":"source.ip","size":10}},"dst":{"terms":{"field":"destination.ip","size":10}},"port":{"terms":{"field":"destination.port","size":10}},
    "action":{"terms":{"field":"event.action","size":5}},"bytes":{"sum":{"field":"network.bytes"}},"packets":{"avg":{"field":"network.packets"}}}}')
  needle=$(p50 '{"size":50,"track_total_hits":true,"query":{"bool":{"filter":[{"term":{"source.ip":"198.51.100.23"}},'"$range"']}},"sort":[{"@timestamp":"desc"}]}')
  newest=$(p50 '{"size":500,"track_total_hits":true,"query":{"bool":{"filter":['"$range"']}},"sort":[{"@timestamp":"desc"}]}')
  stop
  start
  # shellcheck disable=SC2086
  printf '%8s %8s %6s %6s %9s %8s %6s %8s %8s %9s %8s %8s %9s\n' "$2" "$cpu" "$anon" "$rss" $rest "$files" "$segments" "$bytes" "$overview" "$needle" "$newest" "$began_ms"
}

printf '%8s %8s %6s %6s %9s %8s %6s %8s %8s %9s %8s %8s %9s\n' millions 'cpu s/M' anon rss 'anon rest' 'rss rest' files segments B/event overview needle newest 'start ms'
start
for millions; do point "$(awk "BEGIN {printf \"%d\", $millions * 1000000}")" "$millions"; done
if grep -qE '^panic:|^fatal error:|\bBUG:|level=ERROR' "$work/server.log"; then tail -n 40 "$work/server.log" >&2; exit 1; fi
