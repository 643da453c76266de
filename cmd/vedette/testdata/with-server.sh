#!/usr/bin/env bash
# with-server.sh serve|demo [flag ...] -- COMMAND ...
# Runs bin/vedette on free ports and an empty data directory, then COMMAND with VEDETTE_URL, VEDETTE_DASHBOARD_URL, VEDETTE_PID and VEDETTE_DATA
# set, and, unless the flags or VEDETTE_AUTH say otherwise, VEDETTE_USER and VEDETTE_PASSWORD, then stops the server with SIGTERM. Fails if COMMAND fails, if the server ends before it is told to, panics, or does not stop cleanly in 10 s.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
usage() { echo "usage: with-server.sh serve|demo [flag ...] -- COMMAND ..." >&2; exit 2; }
flags=()
while [ "${1:---}" != -- ]; do flags+=("$1"); shift; done
[ $# -ge 2 ] && [ ${#flags[@]} -gt 0 ] || usage
shift
[ -x "$root/bin/vedette" ] || { echo "no bin/vedette: run make build" >&2; exit 1; }

work=$(mktemp -d)
log=$work/server.log
auth=${VEDETTE_AUTH:-on}
[ "${flags[0]}" != demo ] || auth=${VEDETTE_AUTH:-off}
for i in "${!flags[@]}"; do
  case ${flags[i]} in --auth=*) auth=${flags[i]#--auth=} ;; --auth) auth=${flags[i + 1]} ;; esac
done
unset VEDETTE_USER VEDETTE_PASSWORD # of another server
if [ "$auth" = on ]; then
  export VEDETTE_ADMIN_PASSWORD=${VEDETTE_ADMIN_PASSWORD:-$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')}
  export VEDETTE_USER=elastic VEDETTE_PASSWORD=$VEDETTE_ADMIN_PASSWORD
fi
: >"$log"
"$root/bin/vedette" "${flags[@]}" --data "$work/data" --listen 127.0.0.1:0 --dashboard 127.0.0.1:0 >"$log" 2>&1 &
pid=$!
command=

alive() { kill -0 "$1" 2>/dev/null; }

# await SECONDS COMMAND ...: until it succeeds; fails when the time is over or the server has ended.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    alive "$pid" && [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

finish() {
  status=$?
  trap - EXIT INT TERM HUP
  [ -z "$command" ] || kill -TERM -- "-$command" 2>/dev/null || true
  if ! alive "$pid"; then
    echo "the server ended before it was told to" >&2
    [ "$status" != 0 ] || status=1
  fi
  kill -TERM "$pid" 2>/dev/null || true
  { for _ in $(seq 100); do sleep 0.1; done; kill -KILL "$pid"; } >/dev/null 2>&1 & # while this one waits
  reaper=$!
  server=0
  wait "$pid" || server=$?
  kill "$reaper" 2>/dev/null || true
  if [ "$status" = 0 ] && [ "$server" = 137 ]; then echo "the server did not stop within 10 s" >&2; status=1; fi
  if [ "$status" = 0 ] && [ "$server" != 0 ]; then echo "the server stopped with status $server" >&2; status=1; fi
  if grep -qE '^panic:|^fatal error:|\bBUG:|DATA RACE|level=ERROR' "$log"; then echo "the server's log has a fault" >&2; [ "$status" != 0 ] || status=1; fi
  [ "$status" = 0 ] || { echo "--- the server's last lines" >&2; tail -n 40 "$log" >&2; }
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# address NAME: where that part of the server listens.
address() { sed -n "s|.*msg=\"$1 is listening\" url=\(http://[^ ]*\).*|\1|p" "$log"; }
listening() { VEDETTE_URL=$(address "elasticsearch API") VEDETTE_DASHBOARD_URL=$(address dashboard) && [ -n "$VEDETTE_URL" ] && [ -n "$VEDETTE_DASHBOARD_URL" ]; }
ready() { curl -fsS -o /dev/null "$VEDETTE_DASHBOARD_URL/readyz" 2>/dev/null; }
searchable() { [ "${flags[0]}" != demo ] || grep -q 'demo data is searchable' "$log"; }
await 60 listening && await 60 ready && await 300 searchable || { echo "the server did not become ready" >&2; exit 1; }

export VEDETTE_URL VEDETTE_DASHBOARD_URL VEDETTE_PID=$pid VEDETTE_DATA=$work/data
set -m # a process group of its own, so that all of it can be stopped; in the background, so that a signal to this script is not kept waiting
"$@" </dev/null &
command=$!
set +m
wait "$command"
