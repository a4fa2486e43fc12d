# shellcheck shell=bash
# What deploy.sh and rollback.sh share. They set: group (resource group), dry (1: change nothing), and app, account and host once they are known.
# shellcheck disable=SC2154

# run COMMAND…: says it and does it; with --dry-run it is only said.
run() {
  printf '+ %s\n' "$*" >&2
  ((dry)) || "$@"
}

# ask COMMAND…: reads and changes nothing, so a dry run does it too.
ask() {
  printf '? %s\n' "$*" >&2
  "$@"
}

# deployed NAME: an output of the newest deployment of main.bicep into the group.
deployed() {
  ask az deployment group show --resource-group "$group" --name crm --query "properties.outputs.$1.value" --output tsv
}

# releases COMMAND…: a blob command on the container of published versions.
releases() { az storage blob "$@" --auth-mode login --account-name "$account" --container-name releases --only-show-errors; }

# current: the version that was last published and passed; nothing where there is none.
current() { releases download --name current --file /dev/stdout --no-progress --output none 2>/dev/null || true; }

# publish VERSION ZIP: the app runs from it.
publish() { run az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$2"; }

# smoke: ready within ten minutes, or 1. CRM_SMOKE_TRIES and CRM_SMOKE_PAUSE (seconds) change that.
smoke() {
  ((dry)) && { echo "+ curl https://$host/api/health until it is ready" >&2; return; }
  local try answer
  for ((try = 1; try <= ${CRM_SMOKE_TRIES:-60}; try++)); do
    answer=$(curl -fsS --max-time 10 "https://$host/api/health" 2>/dev/null) && [[ $answer == *'"status":"ready"'* ]] && { echo 'It is ready.' >&2; return; }
    echo "Not ready yet ($try) …" >&2
    sleep "${CRM_SMOKE_PAUSE:-10}"
  done
  echo "https://$host/api/health did not become ready." >&2
  return 1
}
