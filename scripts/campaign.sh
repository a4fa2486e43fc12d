#!/usr/bin/env bash
# Usage: scripts/campaign.sh kills [N] [SEED]     kills the running suite N times (1000) and proves that nothing is lost or doubled
# What came of it is printed and added to scripts/CAMPAIGNS.md: date, command, result. Status 0: all promises held.
# The tests run a short campaign each time (CRM_KILLS=200); this one is for nights. SEED (1) makes other people and other moments.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}"; }
case ${1:-} in
  --help | -h) usage; exit 0 ;;
  kills) ;;
  *) usage >&2; exit 2 ;;
esac
kills=${2:-1000} seed=${3:-1}
[[ $kills =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]] || { usage >&2; exit 2; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
CRM_KILLS=$kills CRM_SEED=$seed dotnet test "$root/tests/CrmFunctions.EndToEndTests" -c Release --nologo \
  --filter 'FullyQualifiedName~Kills.KilledAnywhere' --logger 'console;verbosity=detailed' >"$log" 2>&1 || status=$?

# The test's own two lines, and of a failure what it found.
result=$(grep -E '^ *[0-9]+ (kills in|customers,)' "$log" | sed 's/^ *//' || true)
if ((status == 0)); then
  result="passed
$result"
else
  result="failed
$result
$(sed -n '/Error Message:/,/Stack Trace:/p' "$log" | head -50)"
  tail -30 "$log" >&2
fi
# shellcheck disable=SC2016 # The backticks are Markdown's.
{
  printf '\n## %s\n`scripts/campaign.sh kills %s %s` at %s\n' "$(date -u +'%F %H:%M UTC')" "$kills" "$seed" "$(git -C "$root" rev-parse --short HEAD)"
  printf '\n```\n%s\n```\n' "$result"
} | tee -a "$root/scripts/CAMPAIGNS.md"
exit "$status"
