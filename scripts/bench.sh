#!/usr/bin/env bash
# Usage: scripts/bench.sh [OPTIONS] [SECTION…]      measures what the suite costs and prints it beside the budget
#   flow                 the whole flow against a running app: answers, event to tier, operations, bursts, throughput (the default)
#   decide               the decision alone: how many a second and core, and how that grows with a customer's history
#   models               the value models alone: fits and predictions of CDNOW and of a million customers, growth, decisions, memory
#   sdk                  the official clients alone: tables against Azurite, messages on the local Service Bus
#   import               reading files of 10,000 to 1,000,000 rows in, with storage stubbed: peak memory, rows a second
#   intake               signed webhooks, 1, 16 and 64 at a time, against Azurite and with storage stubbed, beside bare Kestrel
#   people               precision and recall of who is who, on a town of which it is known
#   --rate N             flow: events a second of the steady load (50)
#   --seconds N          flow: how long it lasts (60)
#   --customers N        flow: over how many customers it is spread (300)
#   --in-memory          flow: Azurite does not write its tables down, which halts it every five seconds
#   --json               the figures as JSON
# Uses loopback and a temporary folder only, ends by itself after some minutes, and takes what it started with it, also on Ctrl-C.
# A busy machine gives figures of a busy machine: the first line says how busy it was. tests/CrmFunctions.Benchmarks/BENCHMARKS.md explains them.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

for word in "$@"; do
  [[ $word != --help && $word != -h ]] || { sed -n '2,15s/^# //p' "${BASH_SOURCE[0]}"; exit 0; }
done
for tool in dotnet node; do
  command -v "$tool" >/dev/null || { echo "$tool is missing; scripts/start.sh says where to get it." >&2; exit 1; }
done

# shellcheck source=scripts/lib/quietly.sh
source "$root/scripts/lib/quietly.sh"
pinned=$(node -p 'require(process.argv[1]).dependencies.azurite' "$root/scripts/package.json")
installed=$(node -p 'require(process.argv[1]).version' "$root/scripts/node_modules/azurite/package.json" 2>/dev/null || true)
[[ $pinned == "$installed" ]] ||
  quietly "Installing Azurite $pinned …" npm ci --prefix "$root/scripts" --no-audit --no-fund --loglevel=error
quietly 'Building …' dotnet build "$root/tests/CrmFunctions.Benchmarks" -c Release --nologo -v quiet -clp:ErrorsOnly --disable-build-servers

exec dotnet "$root/artifacts/bin/CrmFunctions.Benchmarks/release/CrmFunctions.Benchmarks.dll" "$@"
