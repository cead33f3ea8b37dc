#!/bin/sh
# Installs what rtpbridge needs from Debian: install-deps.sh [build|demo|test|perf]
#   build  the C libraries to build and run the daemon
#   demo   that, and the recorded voices that the demo plays
#   test   that, and the peers and tools of the interop tests
#   perf   the first, and what the load harness speaks with and computes with; rtpengine is yours to install
# Does nothing when everything is there already.
set -eu

what="${1:-build}"
packages="make libsrtp2-dev libopus-dev libssl-dev libspandsp-dev libspeexdsp-dev"
case "$what" in
    build) ;;
    demo) packages="$packages asterisk-core-sounds-en-wav" ;;
    test)
        packages="$packages asterisk-core-sounds-en-wav python3-venv python3-dev gcc"
        # The relay that ours is compared with, its command-line clients, and a proxy and callers that speak to it.
        packages="$packages rtpengine-daemon rtpengine-utils kamailio sip-tester"
        ;;
    perf) packages="$packages asterisk-core-sounds-en-wav python3-venv python3-dev gcc" ;;
    *) echo "usage: $0 [build|demo|test|perf]" >&2; exit 2 ;;
esac

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "install-deps.sh: please install as root:$missing" >&2
    exit 1
fi
echo "installing:$missing"
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
