# shellcheck shell=bash
# quietly TEXT COMMAND…: prints the text, runs the command, and shows what it printed only where it failed. The command has a
# process group of its own, so that stopping the script stops it with its children.
quietly() {
  local text=$1 output child
  shift
  echo "$text" >&2
  output=$(mktemp)
  set -m
  "$@" >"$output" 2>&1 </dev/null &
  child=$!
  set +m
  # shellcheck disable=SC2064 # the values of now are meant
  trap "kill -TERM -- -$child 2>/dev/null; rm -f '$output'; exit 0" INT TERM HUP
  if ! wait "$child"; then
    trap - INT TERM HUP
    cat "$output" >&2
    rm -f "$output"
    exit 1
  fi
  trap - INT TERM HUP
  rm -f "$output"
}
