#!/usr/bin/env bash
# The steps of the Dockerfile on bare Debian, for machines without a container engine: only its packages, its user, its variables, then its health check.
#
#   sudo make container-check               Debian 12 (its own Python 3.11 in place of the image's)
#   bash tests/container.sh plan            only says what would be done, as the Dockerfile says it
#   sudo CONTAINER_INDEX=https://download.pytorch.org/whl/cu128 …     the variant for CUDA
#
# It needs root, debootstrap and about 6 GB in CONTAINER_FOLDER (/var/tmp). Behind a proxy that opens TLS, FRESH_CERT names the file of its
# authority; FRESH_WHEELS names a folder of wheels that pip may take. Without rights it says so in one sentence and ends with 0.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${CONTAINER_FOLDER:-/var/tmp}
mirror=${FRESH_DEBIAN:-http://deb.debian.org/debian}
port=7873

# lines that go on are one line
whole() { sed -e ':a' -e '/\\$/N; s/\\\n/ /; ta' Dockerfile; }
packages=$(whole | sed -nE 's/^RUN .*--no-install-recommends ([^&]*)&&.*/\1/p' | xargs)
index=${CONTAINER_INDEX:-$(whole | sed -nE 's/^ARG TORCH_INDEX=(.*)/\1/p')}
variables=$(whole | sed -nE 's/^ENV (.*)/\1/p' | xargs -n 1)
health=$(whole | sed -nE 's/^HEALTHCHECK .*CMD \["python", "-c", "(.*)"\]/\1/p' | sed "s/:7860/:$port/")
command=$(whole | sed -nE 's/^CMD \["python", "(.*)"\]/\1/p')
for one in packages index variables health command; do
  [ -n "${!one}" ] || { echo "The Dockerfile says no $one that this check can read."; exit 1; }
done

if [ "${1:-}" = plan ]; then
  printf 'packages: %s\nindex: %s\nstart: python %s\nhealth: %s\n' "$packages" "$index" "$command" "$health"
  while read -r one; do echo "variable: $one"; done <<< "$variables"
  exit
fi

skip() { echo "Skipped: $1"; exit 0; }
[ "$(uname -s)" = Linux ] || skip "make container-check needs Linux."
[ "$(id -u)" = 0 ] || skip "make container-check needs root, for a chroot (sudo make container-check)."
command -v debootstrap >/dev/null || skip "make container-check needs debootstrap (Debian and Ubuntu: apt-get install debootstrap)."
unshare --mount true 2>/dev/null || skip "make container-check may not make mounts of its own here (a container without rights)."

inside() {
  local root=$1 words=()
  mount --bind /proc "$root/proc"
  mount --bind /dev "$root/dev"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  for name in PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST http_proxy https_proxy no_proxy; do
    if [ -n "${!name:-}" ]; then words+=("$name=${!name}"); fi
  done
  if [ -n "${FRESH_CERT:-}" ]; then
    cp "$FRESH_CERT" "$root/usr/local/share/ca-certificates/fresh.crt"
    chroot "$root" update-ca-certificates > /dev/null
    words+=("PIP_CERT=/etc/ssl/certs/ca-certificates.crt")
  fi
  if [ -n "${FRESH_WHEELS:-}" ]; then
    mkdir -p "$root/opt/wheels"
    mount --bind "$FRESH_WHEELS" "$root/opt/wheels"
    words+=("PIP_FIND_LINKS=/opt/wheels")
  fi
  while read -r one; do words+=("${one//\"/}"); done <<< "$variables"
  local run=(chroot "$root" /usr/bin/env -i LANG=C.UTF-8 HOME=/home/studio PATH=/opt/venv/bin:/usr/bin:/bin "${words[@]}" PORT="$port")
  "${run[@]}" bash -euo pipefail -c "
    python3 -m venv /opt/venv
    pip install --quiet --upgrade 'pip>=25'
    pip install --quiet --extra-index-url '$index' -r /home/studio/app/requirements.txt
    chown -R studio /home/studio"
  # no longer root, as after USER; on loopback only, since this is a check
  "${run[@]}" GRADIO_SERVER_NAME=127.0.0.1 setpriv --reuid 1000 --regid 1000 --clear-groups bash -euo pipefail -c "
    cd /home/studio/app
    mkdir -p \"\$STUDIO_HOME\"
    python -m studio models fetch
    python $command > /tmp/page.log 2>&1 &
    for _ in \$(seq 120); do
      if python -c \"$health\" 2>/dev/null; then echo 'The page answers.'; kill \$!; wait \$! || true; exit 0; fi
      kill -0 \$! 2>/dev/null || break
      sleep 2
    done
    kill \$! 2>/dev/null || true
    tail -40 /tmp/page.log
    echo 'The page did not answer.'
    exit 1"
}

if [ "${1:-}" = inside ]; then inside "$2"; exit; fi

root=$(mktemp -d "$folder/container.XXXXXX")
chmod 755 "$root"  # mktemp gives it to root alone, and it becomes the / of another user
trap '[ -n "${CONTAINER_KEEP:-}" ] || rm -rf --one-file-system "$root"' EXIT
debootstrap --variant=minbase --include="python3,python3-venv,ca-certificates,${packages// /,}" bookworm "$root" "$mirror" > "$folder/container.log" 2>&1 \
  || { tail -5 "$folder/container.log"; echo "Debian could not be fetched."; exit 1; }
chroot "$root" useradd --create-home --uid 1000 studio
mkdir -p "$root/home/studio/app"
git archive HEAD | tar -x -C "$root/home/studio/app"
unshare --mount --propagation private bash tests/container.sh inside "$root"
echo "The Dockerfile's steps pass on bare Debian with only: $packages"
