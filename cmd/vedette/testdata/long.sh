#!/usr/bin/env bash
# What takes longer than a change should wait for, with numbers that the environment can change:
#   the model test of storage with VEDETTE_MODEL_OPS operations (1,000,000: about 6 minutes on 2 cores), the kill test with VEDETTE_KILLS kills (200: 1 minute), the chaos on S3 with
#   VEDETTE_CHAOS_OBJECTS objects (2,000) and VEDETTE_CHAOS_KILLS kills (20), the oracle of the backend with VEDETTE_ORACLE_ROUNDS rounds (1,000; 120 take 40 seconds), VEDETTE_OPENS opens and closes (1,000: half a minute), then each fuzz test for FUZZTIME (60s), then the tests of
#   rapid with RAPID_CHECKS cases each (20,000).
# SEED is the seed of all but the fuzz tests; it is printed.
set -euo pipefail
cd "$(dirname "$0")/../../.."
seed=${SEED:-$RANDOM$RANDOM}
echo "seed $seed"
export VEDETTE_MODEL_OPS=${VEDETTE_MODEL_OPS:-1000000} VEDETTE_KILLS=${VEDETTE_KILLS:-200} VEDETTE_ORACLE_ROUNDS=${VEDETTE_ORACLE_ROUNDS:-1000} VEDETTE_OPENS=${VEDETTE_OPENS:-1000}
long() { # package, tests
  echo "== $2 in $1"
  VEDETTE_SEED=$seed go test -count 1 -parallel 8 -timeout 120m "./$1" -run "^($2)\$"
}
long storage 'TestADirectoryDoesWhatMapsDo|TestOpeningAndClosingLeaksNothing'
long engine 'TestAKilledProcessLosesNothingAcknowledged|TestTheBackendAnswersAsAScanOfTheDocumentsDoes'
export VEDETTE_CHAOS_OBJECTS=${VEDETTE_CHAOS_OBJECTS:-2000} VEDETTE_CHAOS_KILLS=${VEDETTE_CHAOS_KILLS:-20}
long cmd/vedette 'TestEveryRecordIsThereOnceWhateverFails'
unset VEDETTE_MODEL_OPS VEDETTE_KILLS VEDETTE_ORACLE_ROUNDS VEDETTE_OPENS # the tests of rapid run with those beside them
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
