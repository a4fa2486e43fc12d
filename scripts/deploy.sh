#!/usr/bin/env bash
# Usage: scripts/deploy.sh ENVIRONMENT GROUP [--yes] [--dry-run]
#   ENVIRONMENT   dev or prod: infra/ENVIRONMENT.bicepparam        GROUP   the resource group, which must exist
#   --yes         publishes without asking, as workflows do        --dry-run   validates and shows; changes nothing
# Validates, shows what would change, deploys, publishes the app, waits until it is ready and all functions are loaded; if it
# does not become ready, the version before is published again. CRM_VERSION names the version (else the commit). Status 0: it is ready.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/azure.sh
source "$root/scripts/lib/azure.sh"
usage() { sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"; }
names=() yes=0 dry=0
for word in "$@"; do
  case $word in
    --help | -h) usage; exit 0 ;;
    --yes) yes=1 ;;
    --dry-run) dry=1 ;;
    -*) usage >&2; exit 2 ;;
    *) names+=("$word") ;;
  esac
done
[[ ${#names[@]} -eq 2 && -f $root/infra/${names[0]}.bicepparam ]] || { usage >&2; exit 2; }
group=${names[1]} version=${CRM_VERSION:-$(git -C "$root" rev-parse --short HEAD)}
[[ -n ${CRM_ADMIN_KEY_HASH:-} ]] || echo 'CRM_ADMIN_KEY_HASH is not set: only keys that were made before open the API (scripts/crm keys bootstrap makes a first one).' >&2
for tool in az dotnet zip curl; do command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }; done

template=(--resource-group "$group" --name crm --parameters "$root/infra/${names[0]}.bicepparam")
ask az deployment group validate "${template[@]}" --output none
ask az deployment group what-if "${template[@]}"
if ((!yes && !dry)); then read -rp "Deploy version $version to $group? [y/N] " answer && [[ $answer == [yY]* ]] || exit 1; fi
run az deployment group create "${template[@]}" --output none

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
handle_key
run dotnet publish "$root/functions/CrmFunctions" --configuration Release -p:ServiceBusExtension=package --output "$work/app" --nologo
run env --chdir "$work" bash -c 'cd app && zip -qr ../app.zip .'
if ((dry)); then app=APP account=ACCOUNT host=HOST before=''; else app=$(deployed appName) account=$(deployed releasesAccount) host=$(deployed appHostName) before=$(current); fi
run releases upload --name "$version.zip" --file "$work/app.zip" --overwrite --no-progress --output none
publish "$version" "$work/app.zip"
smoke || { echo "Version $version is not ready: ${before:-there is no version before it.}" >&2; [[ -z $before ]] || "$root/scripts/rollback.sh" "$group" "$before"; exit 1; }
run releases upload --name current --data "$version" --overwrite --no-progress --output none
echo "Version $version runs at https://$host/api/health." >&2
