#!/usr/bin/env bash
# Runs the scenarios of engine/esapi on real servers, and asks them and $VEDETTE_URL the same random questions. The servers are VEDETTE_ELASTICSEARCH and VEDETTE_OPENSEARCH, if one of them is set; else those of the
# reference folder beside the repository (Java 17 and Maven), started on free ports with data of their own and stopped at the end. Arguments go to cmd/esdiff.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
shared=${VEDETTE_SHARED:-$root/../shared}
[ -n "${VEDETTE_URL:-}" ] || { echo "VEDETTE_URL is not set: run make test-reference" >&2; exit 1; }
elasticsearch=${VEDETTE_ELASTICSEARCH:-} opensearch=${VEDETTE_OPENSEARCH:-} alone=

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# start NAME: prints where it listens.
start() {
  local port
  port=$(free_port)
  "$shared/reference/start-$1.sh" "$port" 1g "$work/$1" >&2
  echo "http://127.0.0.1:$port"
}
finish() {
  status=$?
  trap - EXIT
  for name in elasticsearch opensearch; do [ ! -d "$work/$name" ] || "$shared/reference/stop.sh" "$work/$name" >&2 || true; done
  rm -rf "$work"
  exit "$status"
}

if [ -z "$elasticsearch$opensearch" ]; then
  [ -d "$shared/reference" ] || { echo "no reference servers in $shared/reference: set VEDETTE_SHARED, or VEDETTE_ELASTICSEARCH and VEDETTE_OPENSEARCH" >&2; exit 1; }
  work=$(mktemp -d)
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  elasticsearch=$(start elasticsearch)
  opensearch=$(start opensearch)
  alone=1 # nobody else uses them: scenarios that change all of a server may run
fi
cd "$root"
# scenarios URL: shows what failed, and how many scenarios ran and were left out.
scenarios() {
  [ -n "$1" ] || return 0
  VEDETTE_SCENARIO_ALONE=$alone VEDETTE_SCENARIO_URL=$1 go test ./engine/esapi -run '^TestScenarios$' -count 1 -v | grep -Ev '^(=== | *--- (PASS|SKIP))|: (the server lacks|only: vedette)'
}
failed=0
scenarios "$elasticsearch" || failed=1
scenarios "$opensearch" || failed=1
go run ./cmd/esdiff -vedette "$VEDETTE_URL" -elasticsearch "$elasticsearch" -opensearch "$opensearch" "$@" || failed=1
exit "$failed"
