#!/bin/sh
# Waits until a Job has completed or failed, says how, and ends with the exit code of its pod:
#
#   ./wait-for-job.sh JOB SECONDS -n NAMESPACE
#
# Exit codes: 0 completed; the first code of a container that is not 0, or 1 if none is known; 2 wrong
# arguments; 124 neither completed nor failed in time; 125 no such Job, or no answer for a minute.
# Arguments after SECONDS go to each kubectl. "kubectl wait" knows one condition at a time.
set -u

job=${1-} seconds=${2-}
case $job in '' | -*) seconds='' ;; esac
case $seconds in
'' | *[!0-9]*)
  echo 'Cannot wait: expected a Job and seconds: wait-for-job.sh JOB SECONDS -n NAMESPACE' >&2
  exit 2
  ;;
esac
shift 2

conditions='{{range .status.conditions}}{{if eq .status "True"}}{{.type}}={{.reason}} {{end}}{{end}}'
pods='{{define "of"}}{{range .}} {{.name}}{{with .state.waiting}}=waiting:{{.reason}}{{end}}{{with .state.running}}=running{{end}}{{with .state.terminated}}=ended:{{.exitCode}}{{end}}{{end}}{{end}}'
pods=$pods'{{range .items}}{{.metadata.name}} {{.status.phase}}{{template "of" .status.initContainerStatuses}}{{template "of" .status.containerStatuses}}{{range .status.conditions}}{{if and (eq .type "PodScheduled") (eq .status "False")}} not scheduled: {{.message}}{{end}}{{end}}{{"\n"}}{{end}}'

states() {
  kubectl get pods -l "batch.kubernetes.io/job-name=$job" -o "go-template=$pods" "$@" 2>/dev/null
}

# The codes of the command "replay", which the container "replay" runs.
meaning() {
  case $1 in
  1) echo 'an internal error of ours, see the log' ;;
  2) echo 'flags or trace cannot be used' ;;
  3) echo 'the target is not there, does not list the model, or refuses us; nothing was measured' ;;
  4) echo 'finished: no row was ok, or a --fail-if condition was met; the results are whole' ;;
  5) echo 'finished: the measurement is invalid, do not rely on the figures; the results are whole' ;;
  6) echo 'stopped by a signal; the results are partial' ;;
  7) echo 'an artifact could not be written, see the log' ;;
  134 | 139) echo 'Node lost its terminal: the tmux session was ended' ;;
  137) echo 'killed: out of memory, or beyond the grace period' ;;
  143) echo 'stopped by SIGTERM before the command could answer it' ;;
  *) echo 'see the log' ;;
  esac
}

begin=$(date +%s) said='' silent=0
while :; do
  if answer=$(kubectl get job "$job" -o "go-template=$conditions" "$@" 2>&1); then
    silent=0
    case " $answer" in
    *' Complete='*)
      echo "$job: completed"
      exit 0
      ;;
    *' Failed='*) break ;;
    esac
    now=$(states "$@")
    if [ "$now" != "$said" ] && [ -n "$now" ]; then echo "$now"; fi
    said=$now
  else
    silent=$((silent + 1))
    case $answer in *NotFound*) silent=12 ;; esac
    if [ "$silent" -ge 12 ]; then
      echo "$answer" >&2
      exit 125
    fi
  fi
  if [ $(($(date +%s) - begin)) -ge "$seconds" ]; then
    echo "$job: neither completed nor failed in $seconds s; call this again to wait on" >&2
    exit 124
  fi
  sleep "${WAIT_EVERY_SECONDS:-5}"
done

reason=${answer##*Failed=}
echo "$job: failed, ${reason%% *}" >&2
now=$(states "$@")
code=0
for word in $now; do
  case $word in
  *=ended:0) ;;
  *=ended:*)
    found=${word##*:} container=${word%%=*}
    [ "$code" -ne 0 ] || code=$found
    if [ "$container" = replay ]; then
      echo "  $container ended with $found: $(meaning "$found")" >&2
    else
      echo "  $container ended with $found: see the log" >&2
    fi
    ;;
  esac
done
if [ "$code" -eq 0 ]; then
  code=1
  echo '  No pod is left that says why: beyond its deadline a Job deletes its pods.' >&2
else
  echo '  The end of the log:' >&2
  kubectl logs "job/$job" --all-containers --tail=20 "$@" >&2 || :
fi
echo '  What the run has left: ./save-results.sh DIRECTORY -n NAMESPACE' >&2
exit "$code"
