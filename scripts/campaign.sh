#!/usr/bin/env bash
# Usage: scripts/campaign.sh kills [N] [SEED]     kills the running suite N times (1000) and proves that nothing is lost or doubled
#        scripts/campaign.sh sending [N] [SEED]   kills it between decision, ledger and send, and proves one effect for each message, or "uncertain"
#        scripts/campaign.sh laws [N]             tries every law of the decision, and of every template, on N customers (10000)
# What came of it is printed and added to scripts/CAMPAIGNS.md: date, command, result. Status 0: all promises held.
# The tests run a short campaign each time (CRM_KILLS=100, CRM_SENDING=16, CRM_LAWS=2000); this one is for nights. SEED (1) makes other people and other moments.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"; }
what=${1:-} seed=${3:-1}
case $what in
  --help | -h) usage; exit 0 ;;
  kills) count=${2:-1000} project=EndToEndTests tests='FullyQualifiedName~Kills.KilledAnywhere' told='[0-9]+ (kills in|customers,)' ;;
  sending) count=${2:-1000} project=EndToEndTests tests='FullyQualifiedName~Kills.KilledWhileSending' told='[0-9]+ (kills while|messages:)' ;;
  laws) count=${2:-10000} project=UnitTests tests='FullyQualifiedName~Laws.|FullyQualifiedName~TemplateLaws' told='Total tests|Passed:|Failed:|Total time' ;;
  *) usage >&2; exit 2 ;;
esac
[[ $count =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]] || { usage >&2; exit 2; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
verdict=passed status=0
env "CRM_${what^^}=$count" CRM_SEED="$seed" dotnet test "$root/tests/CrmFunctions.$project" -c Release --nologo \
  --filter "$tests" --logger 'console;verbosity=detailed' >"$log" 2>&1 || { verdict=failed status=1; tail -30 "$log" >&2; }

# The lines that the tests tell their result with, and of a failure what they found.
result="$verdict
$(grep -E "^ *$told" "$log" | sed 's/^ *//' || true)
$(sed -n '/Error Message:/,/Stack Trace:/p' "$log" | head -50)"
# shellcheck disable=SC2016 # The backticks are Markdown's.
{
  printf '\n## %s\n`scripts/campaign.sh %s` at %s\n' "$(date -u +'%F %H:%M UTC')" "$what $count $seed" "$(git -C "$root" rev-parse --short HEAD)"
  printf '\n```\n%s\n```\n' "$result"
} | tee -a "$root/scripts/CAMPAIGNS.md"
exit "$status"
