#!/usr/bin/env bash
# Usage: scripts/test.sh [PROJECT…]      builds everything and runs all tests, or those of the projects named (UnitTests, EndToEndTests, …)
# What is missing is installed first: Azurite and the peers of the tests (npm ci). The last line says what ran. Status 1: something failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

case ${1:-} in --help | -h) sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
command -v dotnet >/dev/null || { echo 'dotnet is missing: install the .NET SDK 10 from https://dotnet.microsoft.com/download.' >&2; exit 1; }
command -v node >/dev/null || { echo 'node is missing: install Node.js 20 or later from https://nodejs.org.' >&2; exit 1; }

for place in scripts tests/peers tests/peers/smtp tests/peers/signers tests/peers/servicebus; do
  [[ $place/node_modules/.package-lock.json -nt $place/package-lock.json ]] ||
    { echo "Installing what $place needs …" && npm ci --prefix "$place" --no-audit --no-fund --loglevel=error; }
done

echo 'Building …'
dotnet build CrmFunctions.sln --nologo -v quiet -clp:ErrorsOnly --disable-build-servers

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
for project in tests/*Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  [[ $# -eq 0 || " $* " == *" ${name##*.} "* || " $* " == *" $name "* ]] || continue
  echo "== $name"
  dotnet test "$project" --no-build --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --logger 'console;verbosity=minimal' || status=1
done

sum() { sed -n "s/.*<Counters .*\b$1=\"\([0-9]*\)\".*/\1/p" "$results"/*.trx | awk '{ n += $1 } END { print n + 0 }'; }
total=$(sum total) passed=$(sum passed) executed=$(sum executed)
((total > 0)) || { echo 'No test ran.' >&2; status=1; }
echo "$passed passed, $((executed - passed)) failed, $((total - executed)) skipped"
exit "$status"
