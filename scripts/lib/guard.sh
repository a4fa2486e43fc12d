#!/usr/bin/env bash
# guard.sh PIDFILE LOG COMMAND…: runs a command in a process group of its own until standard input closes. That happens when
# the starter lets go of it, or dies, however it dies. Then the group gets SIGTERM, and ten seconds later SIGKILL.
set -uo pipefail
pidfile=$1 log=$2
shift 2

# Ctrl-C reaches everything that the terminal runs; in which order things stop is the starter's to say.
trap : INT TERM HUP
exec 3<&0
set -m
"$@" </dev/null >>"$log" 2>&1 3<&- &
child=$!
echo "$child" >"$pidfile"

{
  cat <&3 >/dev/null
  kill -TERM -- "-$child"
  for _ in {1..100}; do
    kill -0 -- "-$child" || exit 0
    sleep 0.1
  done
  kill -KILL -- "-$child"
} 2>/dev/null &
watcher=$!

while
  wait "$child"
  status=$?
  kill -0 "$child" 2>/dev/null
do :; done

kill -KILL -- "-$child" "-$watcher" 2>/dev/null
rm -f "$pidfile"
exit "$status"
