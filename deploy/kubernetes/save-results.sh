#!/bin/sh
# Copies all results to this machine, whatever has become of the pods that made them:
#
#   ./save-results.sh DIRECTORY -n NAMESPACE
#
# The volume perf-cache is read by the helper pod, which is made for it and deleted again, unless it
# was running. Arguments after DIRECTORY go to each kubectl.
set -u

directory=${1-}
case $directory in
'' | -*)
  echo 'Cannot save: expected a directory: save-results.sh DIRECTORY -n NAMESPACE' >&2
  exit 2
  ;;
esac
shift

step=$(dirname "$0")/model-cache/helper-pod
phase=$(kubectl get pod benchmark-helper -o 'jsonpath={.status.phase}' "$@" 2>/dev/null)
case $phase in
Running | Pending) ;;
# It ends after a day, and a pod that has ended runs no command.
?*) kubectl delete -k "$step" "$@" || exit ;;
esac
kubectl apply -k "$step" "$@" || exit
status=0
if kubectl wait --for=condition=Ready pod/benchmark-helper --timeout=300s "$@"; then
  mkdir -p "$directory" &&
    kubectl cp --retries=10 "$@" benchmark-helper:/perf-cache/artifacts "$directory" || status=$?
else
  status=$?
  kubectl describe pod benchmark-helper "$@" | tail -n 20 >&2
fi
[ "$phase" = Running ] || kubectl delete -k "$step" "$@" || status=$?
[ "$status" -ne 0 ] || ls "$directory"
exit "$status"
