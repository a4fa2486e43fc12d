#!/usr/bin/env bash
# Usage: scripts/test.sh [PROJECT…]      builds everything and runs all tests, or those of the projects named (UnitTests, EndToEndTests, …)
#        scripts/test.sh quick           builds, and runs the unit tests without the laws and the shortest tests of the rest: a first answer in two minutes
# What is missing is installed first: Azurite and the peers of the tests (npm ci). The last line says what ran. Status 1: something failed.
# tests/README.md says what each project is for.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

case ${1:-} in --help | -h) sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
command -v dotnet >/dev/null || { echo 'dotnet is missing: install the .NET SDK 10 from https://dotnet.microsoft.com/download.' >&2; exit 1; }
command -v node >/dev/null || { echo 'node is missing: install Node.js 20.19 or later from https://nodejs.org.' >&2; exit 1; }

for place in scripts tests/peers/servicebus tests/peers/smtp tests/peers/signers tests/peers/openapi; do
  [[ $place/node_modules/.package-lock.json -nt $place/package-lock.json ]] ||
    { echo "Installing what $place needs …" && npm ci --prefix "$place" --no-audit --no-fund --loglevel=error; }
done

echo 'Building …'
dotnet build CrmFunctions.sln -c Release --nologo -v quiet -clp:ErrorsOnly --disable-build-servers

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# run PROJECT.csproj [FILTER]: its tests, what they printed to its own file, and their status.
run() {
  local name
  name=$(basename "$1" .csproj)
  dotnet test "$1" -c Release --no-build --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --logger 'console;verbosity=minimal' ${2:+--filter "$2"} >"$results/$name.log" 2>&1
}

# told NAME: what a project's tests printed.
told() { echo "== $1" && cat "$results/$1.log"; }

status=0
if [[ ${1:-} == quick ]]; then
  named=' UnitTests Tests EndToEndTests '
  unit='FullyQualifiedName!~Laws&FullyQualifiedName!~Model&FullyQualifiedName!~Infra&FullyQualifiedName!~Project&FullyQualifiedName!~Demo'
  host='FullyQualifiedName~LocalHost&FullyQualifiedName!~Processes'
  bus='FullyQualifiedName!~Kill&FullyQualifiedName!~Model&FullyQualifiedName!~Broken'
  flow='FullyQualifiedName~EventsToDecisionsTests|FullyQualifiedName~CloudEventTests|FullyQualifiedName~CustomerQueryTests'
else
  named=" $* " unit='' host='' bus='' flow=''
fi
wanted() { [[ $named == '  ' || $named == *" ${1##*.} "* || $named == *" $1 "* ]]; }

# The end-to-end tests wait for windows and locks most of their time, the others compute: they run beside each other.
if wanted CrmFunctions.EndToEndTests; then run tests/CrmFunctions.EndToEndTests/CrmFunctions.EndToEndTests.csproj "$flow" & flowing=$!; fi
for project in tests/*Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  [[ $name != CrmFunctions.EndToEndTests ]] || continue
  wanted "$name" || continue
  case $name in *.UnitTests) filter=$unit ;; LocalHost.*) filter=$host ;; LocalServiceBus.*) filter=$bus ;; *) filter='' ;; esac
  run "$project" "$filter" || status=1
  told "$name"
done
if [[ -n ${flowing:-} ]]; then
  wait "$flowing" || status=1
  told CrmFunctions.EndToEndTests
fi

sum() { sed -n "s/.*<Counters .*\b$1=\"\([0-9]*\)\".*/\1/p" "$results"/*.trx | awk '{ n += $1 } END { print n + 0 }'; }
total=$(sum total) passed=$(sum passed) executed=$(sum executed)
((total > 0)) || { echo 'No test ran.' >&2; status=1; }
echo "$passed passed, $((executed - passed)) failed, $((total - executed)) skipped"
exit "$status"
