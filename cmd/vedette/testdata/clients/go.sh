#!/usr/bin/env bash
# Runs go/client_test.go with Elastic's Go clients 8 and 9 against $VEDETTE_URL, in folders below the one that is given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1
for version in 8 9; do
  dir=$work/go$version
  mkdir -p "$dir"
  sed "s|go-elasticsearch/v8|go-elasticsearch/v$version|" "$here/go/client_test.go" >"$dir/client_test.go"
  cp "$here/go/go$version.mod" "$dir/go.mod"
  cp "$here/go/go$version.sum" "$dir/go.sum"
  echo "== go-elasticsearch $version"
  (cd "$dir" && GOWORK=off go test -count 1 ./...)
done
