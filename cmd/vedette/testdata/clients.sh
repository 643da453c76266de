#!/usr/bin/env bash
# Runs the client scripts beside the repository against $VEDETTE_URL: what this version promises (clients.txt); then Go and JavaScript clients (clients/); then the blocks
# of README's first hour, on a server of their own. The environments of the clients are kept in .cache/clients.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
shared=${VEDETTE_SHARED:-$root/../shared}
[ -n "${VEDETTE_URL:-}" ] || { echo "VEDETTE_URL is not set: run make test-clients" >&2; exit 1; }
[ -d "$shared/clients" ] || { echo "no client scripts in $shared/clients: set VEDETTE_SHARED" >&2; exit 1; }
work=$root/.cache/clients
mkdir -p "$work"
cp -r "$shared/clients/." "$work/" && chmod -R u+w "$work"
deselect=$(sed -n 's/^-  *//p' "$here/clients.txt" | sed 's/^/--deselect /' | tr '\n' ' ')
read -ra clients < <(sed -n 's/^client  *//p' "$here/clients.txt" | tr '\n' ' '; echo)
CLIENT_ENVS=$work/.venv PYTEST_ARGS="-q -p no:cacheprovider $deselect ${PYTEST_ARGS:-}" "$work/run.sh" "${clients[@]}"
"$here/clients/go.sh" "$work"
"$here/clients/node.sh" "$work"
echo "== README, your first hour"
"$work/.venv/8/bin/python" "$here/firsthour.py"
