#!/bin/sh
# Sends lines with each real client; prints the clients' names, which are the lines' users.
# Arguments: lines each, TCP port, UDP port, unix stream, unix datagram, HTTP port, Forward port, python with the packages.
set -eu
lines=$1 tcp=$2 udp=$3 stream=$4 datagram=$5 http=$6 forward=$7 python=$8

now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
line() { printf '{"timestamp":"%s","tool":"read_file","userId":"%s","sessionId":"s%s","args":{"path":"/etc/hosts"},"status":"success","durationMs":1}' "$now" "$1" "$2"; }
all() { for n in $(seq "$lines"); do line "$1" "$n"; echo; done; }
each() { # client, then the command that takes one line as its last argument
  client=$1
  shift
  for n in $(seq "$lines"); do "$@" "$(line "$client" "$n")"; done
  echo "$client"
}

each logger-5424-tcp logger -n 127.0.0.1 -P "$tcp" -T --rfc5424 -S 65536 -t mcp
each logger-5424-octets logger -n 127.0.0.1 -P "$tcp" -T --rfc5424 --octet-count -S 65536 -t mcp --sd-id audit@32473 --sd-param 'note="a\]b"'
each logger-3164-tcp logger -n 127.0.0.1 -P "$tcp" -T --rfc3164 -S 65536 -t mcp
each logger-5424-udp logger -n 127.0.0.1 -P "$udp" -d --rfc5424 -S 8192 -t mcp
each logger-3164-udp logger -n 127.0.0.1 -P "$udp" -d --rfc3164 -S 8192 -t mcp
each logger-unix logger -u "$datagram" -S 8192 -t mcp
each logger-unix-5424 logger -u "$datagram" --rfc5424 -S 8192 -t mcp

all curl-ndjson | curl -sSf --data-binary @- -H 'Content-Type: application/x-ndjson' -H 'Idempotency-Key: a' "http://127.0.0.1:$http/v1/records" >/dev/null
all curl-ndjson | curl -sSf --data-binary @- -H 'Content-Type: application/x-ndjson' -H 'Idempotency-Key: a' "http://127.0.0.1:$http/v1/records" >/dev/null
echo curl-ndjson
all curl-gzip | gzip | curl -sSf --data-binary @- -H 'Content-Encoding: gzip' -H 'Transfer-Encoding: chunked' "http://127.0.0.1:$http/v1/records" >/dev/null
echo curl-gzip
{ printf '['; all curl-array | sed '$!s/$/,/'; printf ']'; } |
  curl -sSf --data-binary @- -H 'Content-Type: application/json' "http://127.0.0.1:$http/v1/records" >/dev/null
echo curl-array

"$python" "$(dirname "$0")/send.py" "$lines" "$tcp" "$stream" "$http" "$forward"
