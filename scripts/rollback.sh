#!/usr/bin/env bash
# Usage: scripts/rollback.sh GROUP [VERSION] [--dry-run]      publishes a version again that was published before, and waits until it is ready
#   GROUP     the resource group        VERSION   as `scripts/rollback.sh GROUP --list` names it; else the one that was last ready
#   --list    names the versions that were published, the newest first        --dry-run   shows; changes nothing
# The infrastructure stays as it is. Status 0: it is ready.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/azure.sh
source "$root/scripts/lib/azure.sh"
usage() { sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}"; }
names=() list=0 dry=0
for word in "$@"; do
  case $word in
    --help | -h) usage; exit 0 ;;
    --list) list=1 ;;
    --dry-run) dry=1 ;;
    -*) usage >&2; exit 2 ;;
    *) names+=("$word") ;;
  esac
done
((${#names[@]} >= 1 && ${#names[@]} <= 2)) || { usage >&2; exit 2; }
for tool in az curl; do command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }; done

group=${names[0]} account=$(group=${names[0]} deployed releasesAccount)
if ((list)); then
  releases list --query "sort_by([?ends_with(name, '.zip')], &properties.lastModified)[].[name, properties.lastModified]" --output tsv | tac | sed 's/\.zip//'
  exit
fi
app=$(deployed appName) host=$(deployed appHostName) version=${names[1]:-$(current)}
[[ -n $version ]] || { echo "No version was ever ready in $group: name one (--list)." >&2; exit 1; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
run releases download --name "$version.zip" --file "$work/app.zip" --no-progress --output none
publish "$version" "$work/app.zip"
smoke
run releases upload --name current --data "$version" --overwrite --no-progress --output none
echo "Version $version runs at https://$host/api/health." >&2
