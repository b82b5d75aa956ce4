#!/usr/bin/env bash
# Runs the image that build.sh made as a careful cluster would: root file system read-only, /tmp a tmpfs,
# /data read-only, no supplementary groups, no new privileges, node as PID 1 of its own namespace.
#   test/container/run.sh STORE DATA ARGUMENT...
# The user, the environment and the entrypoint are those that the image states.
set -euo pipefail

store=$(cd "$1" && pwd)
data=$(cd "$2" && pwd)
shift 2

driver=overlay
in_store() { buildah --root "$store/root" --runroot "$store/run" --storage-driver "$driver" "$@"; }
in_store info >/dev/null 2>&1 || driver=vfs

container=$(in_store from --pull-never localhost/leaksift)
trap 'in_store rm "$container" >/dev/null' EXIT
root=$(in_store mount "$container")
config() { in_store inspect --type image localhost/leaksift | node -p "const c = JSON.parse(require('fs').readFileSync(0)).OCIv1.config; $1"; }
mapfile -t environment < <(config "c.Env.join('\n')")
mapfile -t entrypoint < <(config "c.Entrypoint.join('\n')")
user=$(config c.User)

# No exec here: the container is removed when it ends. The test signals the process inside by its id.
unshare --mount --pid --fork --kill-child bash -c '
  set -euo pipefail
  root=$1 data=$2 user=$3 count=$4
  environment=("${@:5:count}")
  shift $((4 + count))
  mount --make-rprivate /
  mount --bind "$root" "$root"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount --bind "$data" "$root/data"
  mount -o remount,bind,ro "$root/data"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -o remount,bind,ro "$root"
  exec env -i "${environment[@]}" /usr/bin/setpriv --no-new-privs /usr/sbin/chroot --userspec="$user" --groups= "$root" "$@"
' run "$root" "$data" "$user" "${#environment[@]}" "${environment[@]}" "${entrypoint[@]}" "$@"
