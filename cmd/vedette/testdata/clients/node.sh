#!/usr/bin/env bash
# Runs node/clients.test.mjs with the JavaScript clients of Elasticsearch 8 and 9 and of OpenSearch against $VEDETTE_URL, in a folder below the one that is given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1/node
mkdir -p "$work"
cp "$here"/node/{package.json,package-lock.json,.npmrc,clients.test.mjs} "$work"
echo "== JavaScript clients"
[ "$work/node_modules/.package-lock.json" -nt "$work/package-lock.json" ] || npm --prefix "$work" ci --no-audit
touch "$work/node_modules/.package-lock.json"
npm --prefix "$work" test
