#!/bin/sh
# Checks what the recipe asks of a cluster, before anything is applied, and changes nothing:
#
#   ./check-cluster.sh -n NAMESPACE
#
# Each line begins with "ok", "bad" or "?", for what this user or kubectl cannot see. The exit code is
# 1 if a line is bad. Arguments go to each kubectl.
set -u
cd "$(dirname "$0")" || exit

space='' before=''
for argument; do
  case $before in -n | --namespace) space=$argument ;; esac
  case $argument in --namespace=*) space=${argument#*=} ;; esac
  before=$argument
done
if [ -z "$space" ]; then
  echo 'Cannot check: expected a namespace: check-cluster.sh -n NAMESPACE' >&2
  exit 2
fi

failed=0
ok() { echo "ok   $*"; }
bad() {
  echo "bad  $*"
  failed=1
}
unseen() { echo "?    $*"; }
template() { # TEMPLATE ARGUMENT…
  text=$1
  shift
  kubectl get "$@" -o "go-template=$text" 2>/dev/null
}

# What the settings say.
perf=$(kubectl kustomize trtllm/agg-round-robin/perf) || exit 2
deploy=$(kubectl kustomize trtllm/disagg-kv-router/deploy) || exit 2
helper=$(kubectl kustomize model-cache/helper-pod) || exit 2
first() { sed -n "s/^ *$1: *\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" | head -n 1; }
cores=$(printf '%s\n' "$perf" | first cpu)
image=$(printf '%s\n' "$perf" | first image)
class=$(kubectl kustomize model-cache/model-cache | first storageClassName)
keys() { awk '/^ *tolerations:/ { inside = 1; next } inside && /key: / { sub(/.*key: /, ""); print } inside && !/^ *(-|key|operator|effect|value)/ { inside = 0 }'; }
tolerated=$(printf '%s\n' "$perf" | keys | tr '\n' ' ')
secrets=$(printf '%s\n' "$perf" "$deploy" "$helper" | awk '/^ *imagePullSecrets:/ { inside = 1; next } inside && /- name: / { print $3; next } { inside = 0 }' | sort -u)

# The cluster, the namespace and this user.
if ! answer=$(kubectl get namespace "$space" -o name "$@" 2>&1); then
  case $answer in
  *orbidden*) unseen 'Namespaces are hidden from this user.' ;;
  *)
    bad "The namespace cannot be read: $answer"
    exit 1
    ;;
  esac
fi
for kind in jobs.batch pods persistentvolumeclaims configmaps networkpolicies.networking.k8s.io \
  dynamographdeployments.nvidia.com computedomains.resource.nvidia.com; do
  kubectl auth can-i create "$kind" "$@" >/dev/null 2>&1 || denied="${denied-} $kind"
done
if [ -n "${denied-}" ]; then bad "This user may not create:$denied"; else ok 'This user may create what the steps hold.'; fi

# Kinds of others.
for kind in 'dynamographdeployments.nvidia.com the Dynamo platform' \
  "computedomains.resource.nvidia.com NVIDIA's DRA driver" 'podcliquesets.grove.io Grove'; do
  name=${kind%% *} from=${kind#* }
  found=$(kubectl api-resources --api-group="${name#*.}" -o name "$@" 2>/dev/null)
  case $found in
  *"$name"*) ok "$name: $from is installed." ;;
  *)
    if [ "$from" = Grove ]; then
      bad "$name: Grove is not installed. Workers of two nodes need it, and REPLAY_SERVER_METRICS has its names."
    else
      bad "$name: $from is not installed."
    fi
    ;;
  esac
done

# Pod security of the namespace. Our pods are restricted; the engines run as root.
level=$(template '{{with .metadata.labels}}{{index . "pod-security.kubernetes.io/enforce"}}{{end}}' namespace "$space" "$@")
case $level in
restricted) bad 'The namespace enforces "restricted": the engines, which run as root, are refused.' ;;
*) ok 'Pod security of the namespace refuses no pod.' ;;
esac

# Nodes.
nodes=$(template '{{range .items}}N|{{.metadata.name}}|{{range .status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}}|{{.spec.unschedulable}}|{{index .metadata.labels "kubernetes.io/arch"}}|{{.status.allocatable.cpu}}|{{index .status.allocatable "nvidia.com/gpu"}}|{{range .spec.taints}}{{if ne .effect "PreferNoSchedule"}}{{.key}} {{end}}{{end}}{{"\n"}}{{end}}' nodes "$@")
pods=$(template '{{range .items}}P|{{.spec.nodeName}}|{{with .metadata.labels}}{{index . "nvidia.com/dynamo-graph-deployment-name"}}{{end}}|{{range .spec.containers}}{{with .resources.requests}}{{.cpu}} {{end}}{{end}}{{"\n"}}{{end}}' pods -A --field-selector=status.phase!=Succeeded,status.phase!=Failed "$@")
if [ -z "$nodes" ]; then
  unseen 'Nodes are hidden from this user: ask for 8 arm64 nodes of 4 GPUs and two without GPUs.'
else
  [ -n "$pods" ] || unseen 'Pods of other namespaces are hidden from this user: free cores are guessed.'
  lines=$(printf '%s\n' "$nodes" "$pods" | awk -F'|' -v need="$cores" -v tolerated=" $tolerated" '
    function cpu(text) { return text ~ /m$/ ? text / 1000 : text + 0 }
    $1 == "N" {
      name[++count] = $2; ready[$2] = $3 == "True" && $4 != "true"; arch[$2] = $5
      free[$2] = cpu($6); gpus[$2] = $7 + 0
      split($8, list, " ")
      for (at in list) if (index(tolerated, " " list[at] " ") == 0) taint[$2] = list[at]
    }
    $1 == "P" {
      if ($3 != "" && $3 != "<no value>") engine[$2] = 1
      parts = split($4, list, " ")
      for (at = 1; at <= parts; at++) free[$2] -= cpu(list[at])
    }
    END {
      for (at = 1; at <= count; at++) {
        node = name[at]
        if (!ready[node]) continue
        if (gpus[node] >= 4 && arch[node] == "arm64") { large++; if (engine[node]) busy++ }
        if (taint[node] != "") { tainted = tainted " " node " (" taint[node] ")"; continue }
        if (engine[node]) { beside = beside " " node; continue }
        if (free[node] < need) { small = small " " node; continue }
        if (gpus[node] > 0) spare++; else { plain++; fit = fit " " node }
      }
      if (large >= 8) print "ok   " large " arm64 nodes have 4 GPUs or more."
      else print "bad  " large + 0 " arm64 nodes have 4 GPUs or more, expected 8."
      if (plain > 1) print "ok   Without GPUs, with " need " free cores:" fit "."
      else if (plain == 1) print "?    Only" fit " has " need " free cores and no GPU; a frontend of Dynamo there keeps the benchmark away."
      else if (large > 8 && spare > 0) print "ok   " large - 8 " GPU nodes are left for the benchmark."
      else print "bad  No node has " need " free cores and will have no engine: the benchmark stays Pending."
      if (small != "") print "?    Less than " need " free cores:" small "."
      if (beside != "") print "?    With pods of a Dynamo deployment, so without a benchmark:" beside "."
      if (tainted != "") print "?    Taints that our Jobs do not tolerate; see tolerations in the settings:" tainted "."
    }')
  printf '%s\n' "$lines"
  case $lines in *'bad  '*) failed=1 ;; esac
fi
unseen 'Whether kubelets give whole cores away (cpuManagerPolicy: static): ask, or read /configz of a node.'

# Storage.
provisioner=$(template '{{.provisioner}}' storageclass "$class" "$@")
case $provisioner in
'') bad "Storage class \"$class\" is not there: write one of \"kubectl get storageclass\" into the settings." ;;
ebs.csi.aws.com | kubernetes.io/aws-ebs | pd.csi.storage.gke.io | kubernetes.io/gce-pd | disk.csi.azure.com | \
  kubernetes.io/azure-disk | rancher.io/local-path | *hostpath* | topolvm.* | *.rbd.csi.ceph.com | rbd.csi.ceph.com | \
  csi.vsphere.vmware.com | blockvolume.csi.oraclecloud.com)
  bad "Storage class \"$class\" ($provisioner) makes volumes for one node: claims of ReadWriteMany stay Pending."
  ;;
efs.csi.aws.com | fsx.csi.aws.com | filestore.csi.storage.gke.io | file.csi.azure.com | *.cephfs.csi.ceph.com | \
  cephfs.csi.ceph.com | nfs.csi.k8s.io | *nfs* | *lustre* | csi.weka.io | csi.vastdata.com | *beegfs* | *scale.spectrum*)
  ok "Storage class \"$class\" ($provisioner) makes volumes that several nodes can mount."
  ;;
*) unseen "Storage class \"$class\" ($provisioner): ask whether it makes ReadWriteMany volumes." ;;
esac
if [ -n "$provisioner" ]; then
  policy=$(template '{{.spec.fsGroupPolicy}}' csidriver "$provisioner" "$@")
  case $policy in
  File) ok 'Volumes are given to group 1000 of our pods (fsGroup).' ;;
  *) unseen "fsGroup may not reach the volumes (fsGroupPolicy ${policy:-not found}): user 1000 must be able to write to their roots." ;;
  esac
fi
if kubectl exec benchmark-helper "$@" -- true >/dev/null 2>&1; then
  for volume in model-cache perf-cache; do
    mark=/$volume/.check-cluster-$$
    if kubectl exec benchmark-helper "$@" -- sh -c "touch $mark && ln $mark $mark.link; is=\$?; rm -f $mark $mark.link; exit \$is" >/dev/null 2>&1; then
      ok "User 1000 can write and link on $volume."
    else
      bad "User 1000 cannot write or link on $volume: make its root writable for group 1000."
    fi
  done
else
  unseen 'root_squash and the rights of the volumes: call this again while benchmark-helper runs.'
fi

# Quotas and limits.
quotas=$(template '{{range .items}}{{$used := .status.used}}{{range $name, $hard := .status.hard}}{{$name}}|{{$hard}}|{{index $used $name}}{{"\n"}}{{end}}{{end}}' resourcequota "$@")
if [ -z "$quotas" ]; then
  ok 'No quota in the namespace.'
else
  for line in $quotas; do
    name=${line%%|*} rest=${line#*|}
    hard=${rest%%|*} used=${rest#*|}
    case $name in
    requests.cpu | cpu | limits.cpu)
      if awk -v a="$hard" -v b="$used" -v need="$cores" 'function cpu(t) { return t ~ /m$/ ? t / 1000 : t + 0 } BEGIN { exit cpu(a) - cpu(b) < need }'; then
        ok "Quota $name: $used of $hard used, and the benchmark asks for $cores."
      else
        bad "Quota $name: $used of $hard used, and the benchmark asks for $cores."
      fi
      unseen "Quota $name: engines have no request of their own, so they need a LimitRange with defaults."
      ;;
    *) unseen "Quota $name: $used of $hard used." ;;
    esac
  done
fi
limits=$(template '{{range .items}}{{range .spec.limits}}{{with .max}}{{with .cpu}}{{.}} {{end}}{{end}}{{end}}{{end}}' limitrange "$@")
for most in $limits; do
  awk -v a="$most" -v need="$cores" 'BEGIN { exit (a ~ /m$/ ? a / 1000 : a + 0) < need }' ||
    bad "A LimitRange allows $most cores, and the benchmark asks for $cores."
done

# Network policies that concern every pod of the namespace.
closed=$(template '{{range .items}}{{$name := .metadata.name}}{{if not (or .spec.podSelector.matchLabels .spec.podSelector.matchExpressions)}}{{range .spec.policyTypes}}{{.}}={{$name}} {{end}}{{end}}{{end}}' networkpolicy "$@")
case $closed in
*Ingress=*) bad "Ingress to all pods is limited ($closed): let pods with app=benchmark reach ports 8000 and 9090 of the engines." ;;
*) ok 'No network policy limits ingress to all pods.' ;;
esac
case $closed in
*Egress=*) bad "Egress of all pods is limited ($closed): model-download needs huggingface.co and pypi.org, trace raw.githubusercontent.com." ;;
*) ok 'No network policy limits egress of all pods.' ;;
esac

# Secrets and images.
token=$(template '{{with .data}}{{index . "HF_TOKEN"}}{{end}}' secret hf-token-secret "$@")
case $token in
'' | '<no value>') bad 'The secret hf-token-secret with the key HF_TOKEN is not there.' ;;
*) ok 'The secret hf-token-secret has a token.' ;;
esac
for name in $secrets; do
  type=$(template '{{.type}}' secret "$name" "$@")
  case $type in
  kubernetes.io/dockerconfigjson | kubernetes.io/dockercfg) ok "The pull secret $name is there." ;;
  *) bad "The pull secret $name is not there, or holds no registry (type ${type:-none})." ;;
  esac
done
case $image in
*/*) ok "The image is $image; whether nodes may pull it shows when a Job starts." ;;
*) bad "The image $image names no registry: write yours into newName of the settings." ;;
esac

# Metrics.
wanted=$(printf '%s\n' "$perf" "$(kubectl kustomize trtllm/disagg-kv-router/perf)" | sed -n 's|^ *http://\([^.:]*\)\..*:9090/metrics$|\1|p')
there=$(template '{{range .items}}{{.metadata.name}} {{end}}' pods -l nvidia.com/dynamo-graph-deployment-name "$@")
if [ -z "$there" ]; then
  unseen 'Names of the workers in REPLAY_SERVER_METRICS: call this again when a deployment is ready.'
else
  for name in $wanted; do
    case $there in *"${name%-0-[a-z]*-[0-9]*-[a-z]*-ldr-0}"*) ;; *) continue ;; esac
    case " $there" in *" $name "*) ok "$name is there, to be scraped." ;; *) bad "$name is in REPLAY_SERVER_METRICS, and no pod has that name." ;; esac
  done
fi
kubectl get namespace monitoring "$@" >/dev/null 2>&1 ||
  unseen 'No namespace "monitoring": the network policy lets only that one scrape the benchmarks.'

exit "$failed"
