# shellcheck shell=bash
# What deploy.sh and rollback.sh share. They set: group (resource group), dry (1: change nothing), work (a folder of their own), and app, account and host once they are known.
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

# handle_key: makes the secret of handles where the vault has none, once and never again: under another one nobody is found any more.
# It is in no argument. A vault that cannot be asked ends the deployment; one that has it in its deleted secrets refuses another.
handle_key() {
  local vault=VAULT has=''
  if ((!dry)); then
    vault=$(deployed vaultUri) && vault=${vault#https://} && vault=${vault%%.*}
    has=$(ask az keyvault secret list --vault-name "$vault" --query "[?name=='handles-key'].name" --output tsv)
  fi
  [[ -z $has ]] || return 0
  printf %s "$(head -c 32 /dev/urandom | base64)" >"$work/handles-key"
  run az keyvault secret set --vault-name "$vault" --name handles-key --file "$work/handles-key" --encoding utf-8 --output none
  rm -f "$work/handles-key"
}

# releases COMMAND…: a blob command on the container of published versions.
releases() { az storage blob "$@" --auth-mode login --account-name "$account" --container-name releases --only-show-errors; }

# current: the version that was last published and passed; nothing where there is none.
current() { releases download --name current --file /dev/stdout --no-progress --output none 2>/dev/null || true; }

# publish VERSION ZIP: the app runs from it.
publish() { run az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$2"; }

# admin PATH: what the host answers to the master key, which is in no argument that others see.
admin() { curl -fsS --max-time 20 -H @<(printf 'x-functions-key: %s' "$key") "https://$host/admin/$1"; }

# loaded: 1 where a function is in error. Without an extension the app starts all the same, answers and takes events, and nothing consumes the queues.
loaded() {
  local key names name status bad=0
  key=$(ask az functionapp keys list --resource-group "$group" --name "$app" --query masterKey --output tsv) || return
  names=$(ask az functionapp function list --resource-group "$group" --name "$app" --query '[].name' --output tsv) || return
  [[ -n $names ]] || { echo 'It has no functions.' >&2; return 1; }
  for name in $names; do
    name=${name##*/}
    status=$(admin "functions/$name/status") || { echo "The host does not say how function $name is." >&2; bad=1; continue; }
    # shellcheck disable=SC2076
    [[ ! $status =~ '"errors":'[[:space:]]*'['[[:space:]]*'"' ]] || { echo "Function $name is in error: $status" >&2; bad=1; }
  done
  ((!bad)) && echo 'All functions are loaded.' >&2
}

# smoke: ready within ten minutes and all functions loaded, or 1. CRM_SMOKE_TRIES and CRM_SMOKE_PAUSE (seconds) change that.
smoke() {
  ((dry)) && { echo "+ curl https://$host/api/health until it is ready, and /admin/functions/NAME/status of each function" >&2; return; }
  local try answer
  for ((try = 1; try <= ${CRM_SMOKE_TRIES:-60}; try++)); do
    answer=$(curl -fsS --max-time 10 "https://$host/api/health" 2>/dev/null) && [[ $answer == *'"status":"ready"'* ]] && { echo 'It is ready.' >&2; loaded; return; }
    echo "Not ready yet ($try) …" >&2
    sleep "${CRM_SMOKE_PAUSE:-10}"
  done
  echo "https://$host/api/health did not become ready." >&2
  return 1
}
