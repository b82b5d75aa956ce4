#!/usr/bin/env bash
# Builds the Dockerfile with buildah and no registry: both bases are made of this machine's files. Then
# checks the image by running it with a read-only root.
#   test/container/build.sh STORE
# STORE is a folder for buildah's images; layers are kept in it, so that a second build is quick. Prints
# the name of the image last. Needs root (chroot isolation mounts), buildah, node, g++, make, python3.
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
store=${1:?usage: build.sh STORE}
mkdir -p "$store"
store=$(cd "$store" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

in_store() { buildah --root "$store/root" --runroot "$store/run" --storage-driver "$driver" "$@"; }
driver=overlay
# Inside a container the store may lie on an overlay itself, which cannot carry another.
in_store info >/dev/null 2>&1 || driver=vfs

# Both bases bear fixed times, or every layer above them would be built anew.

# The build base: an empty image with a system's folders, over which /usr and /etc are mounted read-only.
build_base() {
  mkdir -p "$work/build"/{usr,etc,tmp,root,proc,sys,dev,var/tmp}
  for folder in bin sbin lib lib64; do
    if [ -e "/$folder" ]; then ln -s "usr/$folder" "$work/build/$folder"; fi
  done
  chmod 1777 "$work/build/tmp" "$work/build/var/tmp"
  local env=''
  # Node's own headers where this machine has them, so that node-gyp downloads nothing.
  if [ -e /usr/include/node/node.h ]; then env='ENV npm_config_nodedir=/usr'; fi
  # A mirror with the re2 that was compiled on this machine, which saves compiling it a second time.
  local re2="$repository/node_modules/re2/build/Release/re2.node"
  if [ -e "$re2" ]; then
    mkdir -p "$work/build/opt/re2"
    cp "$re2" "$work/build/opt/re2/$(node -p '`${process.platform}-${process.arch}-${process.versions.modules}`')"
    env="$env"$'\nENV RE2_DOWNLOAD_MIRROR=/opt/re2 RE2_DOWNLOAD_SKIP_PATH=1 RE2_DOWNLOAD_SKIP_VER=1'
  fi
  find "$work/build" -exec touch -hd @0 {} +
  printf 'FROM scratch\nCOPY . /\n%s\n' "$env" >"$work/build.Containerfile"
  in_store bud -q --isolation chroot --layers -f "$work/build.Containerfile" -t localhost/host-build "$work/build" >/dev/null
}

# The run base: node and the libraries it loads, certificates, and nothing else; no shell.
run_base() {
  local root="$work/run" node
  node=$(readlink -f "$(command -v node)")
  mkdir -p "$root"/{tmp,proc,sys,dev,usr/bin,etc/ssl/certs,data}
  chmod 1777 "$root/tmp"
  cp "$node" "$root/usr/bin/node"
  ldd "$node" | grep -oE '/[^ ]+' | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
  find "$root" -exec touch -hd @0 {} +
  printf 'FROM scratch\nCOPY . /\nENV PATH=/usr/bin\n' >"$work/run.Containerfile"
  in_store bud -q --isolation chroot --layers -f "$work/run.Containerfile" -t localhost/host-run "$root" >/dev/null
}

# bud ARGUMENT...: builds the Dockerfile.
bud() {
  in_store bud -q --isolation chroot --layers --pull-never --volume /usr:/usr:ro --volume /etc:/etc:ro \
    --build-arg BUILD_BASE=localhost/host-build --build-arg BASE=localhost/host-run \
    -f "$repository/Dockerfile" "$@" "$repository" >&2
}

build_base
run_base
# The dependencies get a name, so that pruning what earlier builds left behind keeps them.
bud --target dependencies -t localhost/leaksift-dependencies
bud -t localhost/leaksift
in_store rmi --prune --force >/dev/null
echo localhost/leaksift
