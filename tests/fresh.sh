#!/usr/bin/env bash
# make run and make test on machines that nobody prepared: Debian 12, Debian 13 and Ubuntu 24.04, each in a new chroot.
#
#   sudo make fresh                         all three, one after another
#   sudo FRESH="trixie" make fresh          one of them: bookworm (Python 3.11), trixie (3.13), noble (3.12); also jammy (3.10)
#   sudo FRESH_TESTS="tests/studio" …       the tests that are run (all)
#
# It needs root, debootstrap and room in FRESH_FOLDER (/var/tmp). Without rights it says so in one sentence and
# ends with 0. Mirrors: FRESH_DEBIAN, FRESH_UBUNTU; pip's own variables (PIP_INDEX_URL, proxies) are handed on. Behind a proxy that
# opens TLS, FRESH_CERT names the file of its authority; FRESH_WHEELS names a folder of wheels that pip may take.
set -euo pipefail
cd "$(dirname "$0")/.."
systems=${FRESH:-bookworm trixie noble}
folder=${FRESH_FOLDER:-/var/tmp}

skip() { echo "Skipped: $1"; exit 0; }
[ "$(uname -s)" = Linux ] || skip "make fresh needs Linux."
[ "$(id -u)" = 0 ] || skip "make fresh needs root, for a chroot (sudo make fresh)."
command -v debootstrap >/dev/null || skip "make fresh needs debootstrap (Debian and Ubuntu: apt-get install debootstrap)."
unshare --mount true 2>/dev/null || skip "make fresh may not make mounts of its own here (a container without rights)."

mirror_of() {
  case $1 in
    bookworm | trixie) echo "${FRESH_DEBIAN:-http://deb.debian.org/debian}" ;;
    jammy | noble) echo "${FRESH_UBUNTU:-http://archive.ubuntu.com/ubuntu}" ;;
    *) echo "Unknown system $1; there are bookworm, trixie, jammy and noble." >&2; return 1 ;;
  esac
}

handed_on() {  # variables that reach the inside, as NAME=value words
  for name in PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST http_proxy https_proxy no_proxy npm_config_registry; do
    if [ -n "${!name:-}" ]; then printf '%s\0' "$name=${!name}"; fi
  done
}

# runs inside the mounts' own namespace, so nothing stays mounted however this ends
inside() {
  local root=$1
  mount --bind /proc "$root/proc"
  mount --bind /dev "$root/dev"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  local words=()
  mapfile -d '' words < <(handed_on)
  if [ -n "${FRESH_CERT:-}" ]; then
    cp "$FRESH_CERT" "$root/usr/local/share/ca-certificates/fresh.crt"
    chroot "$root" update-ca-certificates > /dev/null
    for name in PIP_CERT NODE_EXTRA_CA_CERTS; do words+=("$name=/etc/ssl/certs/ca-certificates.crt"); done
  fi
  if [ -n "${FRESH_WHEELS:-}" ]; then
    mkdir -p "$root/opt/wheels"
    mount --bind "$FRESH_WHEELS" "$root/opt/wheels"
    words+=("PIP_FIND_LINKS=/opt/wheels")
  fi
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${words[@]}" \
    TESTS="${FRESH_TESTS:-}" bash -euo pipefail -c '
      cd /root/studio
      python3 --version
      PORT=7871 make run > /root/run.log 2>&1 &
      for _ in $(seq 720); do
        if python3 -c "import urllib.request; urllib.request.urlopen(\"http://127.0.0.1:7871/studio/health\", timeout=4)" 2>/dev/null; then opened=1; break; fi
        kill -0 $! 2>/dev/null || break
        sleep 5
      done
      kill $! 2>/dev/null || true
      wait $! 2>/dev/null || true
      if [ -z "${opened:-}" ]; then tail -40 /root/run.log; echo "make run did not open the page."; exit 1; fi
      echo "make run: the page answers."
      make test ARGS="$TESTS"'
}

if [ "${1:-}" = inside ]; then inside "$2"; exit; fi

failed=()
for system in $systems; do
  mirror=$(mirror_of "$system")
  root=$(mktemp -d "$folder/fresh-$system.XXXXXX")
  chmod 755 "$root"  # mktemp closes it to others, and PostgreSQL of the tests runs as nobody
  echo "== $system in $root"
  packages=make,git,python3,python3-venv,ca-certificates
  components=main
  case $system in jammy | noble) components=main,universe ;; esac
  if debootstrap --variant=minbase --components="$components" --include="$packages" "$system" "$root" "$mirror" > "$root.log" 2>&1; then
    mkdir -p "$root/root/studio"
    git archive HEAD | tar -x -C "$root/root/studio"
    git -C "$root/root/studio" init -q
    chmod 755 "$root/root"  # the same for the folder above the studio
    unshare --mount --propagation private bash tests/fresh.sh inside "$root" || failed+=("$system")
  else
    tail -5 "$root.log"
    failed+=("$system: debootstrap")
  fi
  [ -n "${FRESH_KEEP:-}" ] || rm -rf --one-file-system "$root" "$root.log"
done
if [ ${#failed[@]} -gt 0 ]; then echo "Failed: ${failed[*]}"; exit 1; fi
echo "make run and make test passed on: $systems"
