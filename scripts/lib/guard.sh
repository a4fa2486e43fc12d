#!/usr/bin/env bash
# guard.sh SIGNAL PIDFILE LOG COMMAND…: runs a command in a process group of its own until standard input closes. That happens
# when the starter lets go of it, or dies, however it dies. Then the group gets the signal, and 20 seconds later SIGKILL.
set -uo pipefail
signal=$1 pidfile=$2 log=$3
shift 3

# Ctrl-C reaches everything that the terminal runs; in which order things stop is the starter's to say.
trap : INT TERM HUP
exec 3<&0
set -m
"$@" </dev/null >>"$log" 2>&1 3<&- &
child=$!
echo "$child" >"$pidfile"
# From here on bash would only tell which jobs it ended.
exec 2>/dev/null

{
  cat <&3 >/dev/null
  kill "-$signal" -- "-$child"
  for _ in {1..200}; do
    kill -0 -- "-$child" || exit 0
    sleep 0.1
  done
  kill -KILL -- "-$child"
} &
watcher=$!

while
  wait "$child"
  status=$?
  kill -0 "$child"
do :; done

kill -KILL -- "-$child" "-$watcher"
rm -f "$pidfile"
exit "$status"
