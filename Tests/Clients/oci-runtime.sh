#!/bin/sh
# What conmon starts its container by: an OCI runtime that runs the shell command in $COMMAND as the "container".
pidfile= operation=
while [ $# -gt 0 ]; do
  case $1 in
    --pid-file) pidfile=$2; shift ;;
    create | start | kill | delete | state) operation=$1 ;;
  esac
  shift
done
[ "$operation" = create ] || exit 0
setsid sh -c "$COMMAND" &
echo $! > "$pidfile"
