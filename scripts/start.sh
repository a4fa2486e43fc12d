#!/usr/bin/env bash
# Usage: scripts/start.sh [OPTIONS]      starts the suite on this machine; Ctrl-C stops it
#   --demo               load a generated year of a shop and print the report, in a folder of its own
#   --data FILE          with --demo: load this file instead; --columns customer=…,date=…,amount=… names a CSV's columns
#   --now INSTANT        with --demo: where the clock stands (the end of the data's last day)
#   --exit               with --demo: stop after the report; status 0 says that all went well
#   --source NAME  --currency CUR  --time-zone IANA  --seed N  --customers N  --json      see `scripts/crm start --help`
# Variables: PORT (7071, or the next that is free), CRM_KEY (an admin key; generated), CRM_DATA (.data). What is missing is installed first.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,8s/^# //p' "${BASH_SOURCE[0]}"; }
fail() { printf '%s\n' "$@" >&2; exit "${status:-1}"; }
known=' --demo --data --columns --now --exit --source --currency --time-zone --seed --customers --json '
for word in "$@"; do
  case $word in
    --help | -h) usage; exit 0 ;;
    -*) [[ $known == *" ${word%%=*} "* ]] || status=2 fail "$word is no option of start.sh." "$(usage)" ;;
  esac
done

command -v dotnet >/dev/null || fail 'dotnet is missing: install the .NET SDK 10 from https://dotnet.microsoft.com/download.'
command -v node >/dev/null || fail 'node is missing: install Node.js 20 or later from https://nodejs.org; Azurite needs it.'
(($(node -p 'process.versions.node.split(".")[0]') >= 20)) || fail "Node.js 20 or later is needed; this is $(node --version)."

# shellcheck source=scripts/lib/quietly.sh
source "$root/scripts/lib/quietly.sh"
pinned=$(node -p 'require(process.argv[1]).dependencies.azurite' "$root/scripts/package.json")
installed=$(node -p 'require(process.argv[1]).version' "$root/scripts/node_modules/azurite/package.json" 2>/dev/null || true)
[[ $pinned == "$installed" ]] ||
  quietly "Installing Azurite $pinned …" npm ci --prefix "$root/scripts" --no-audit --no-fund --loglevel=error
quietly 'Building …' dotnet build "$root/scripts/lib/start.slnf" -c Release --nologo -v quiet -clp:ErrorsOnly --disable-build-servers

# What is written from here on holds data: it is for nobody else.
umask 077
exec dotnet "$root/artifacts/bin/CrmFunctions.Cli/release/crm.dll" start "$@"
