#!/usr/bin/env bash
# with-server.sh serve|demo [flag ...] -- COMMAND ...
# Runs bin/vedette on free ports and an empty data directory, then COMMAND with VEDETTE_URL, VEDETTE_DASHBOARD_URL and VEDETTE_PID set, then stops
# the server with SIGTERM. Fails if COMMAND fails, if the server ends before it is told to, panics, or does not stop cleanly.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
flags=()
while [ "$1" != -- ]; do flags+=("$1"); shift; done
shift

work=$(mktemp -d)
read -r es ui < <(python3 -c 'import socket
s = [socket.socket() for _ in range(2)]
for x in s: x.bind(("127.0.0.1", 0))
print(*(x.getsockname()[1] for x in s))')
log=$work/server.log
"$root/bin/vedette" "${flags[@]}" --data "$work/data" --listen "127.0.0.1:$es" --dashboard "127.0.0.1:$ui" >"$log" 2>&1 &
pid=$!
finish() {
  status=$?
  trap - EXIT
  kill -TERM "$pid" 2>/dev/null || true
  server=0; wait "$pid" || server=$?
  if [ "$status" = 0 ] && [ "$server" != 0 ]; then echo "the server stopped with status $server" >&2; status=1; fi
  if grep -qE '^panic:|BUG|DATA RACE|level=ERROR' "$log"; then echo "the server's log has a fault" >&2; status=1; fi
  [ "$status" = 0 ] || { echo "--- the server's last lines" >&2; tail -n 40 "$log" >&2; }
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT

ready() {
  curl -fsS -o /dev/null "http://127.0.0.1:$ui/readyz" 2>/dev/null || return 1
  [ "${flags[0]}" != demo ] || grep -q 'demo data is searchable' "$log"
}
for _ in $(seq 600); do
  ready && break
  kill -0 "$pid" 2>/dev/null || { echo "the server ended while it started" >&2; exit 1; }
  sleep 0.1
done
ready || { echo "the server was not ready within 60 s" >&2; exit 1; }

export VEDETTE_URL=http://127.0.0.1:$es VEDETTE_DASHBOARD_URL=http://127.0.0.1:$ui VEDETTE_PID=$pid VEDETTE_DATA=$work/data
"$@"
