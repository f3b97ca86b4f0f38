# Installs the servers that tests need, on Debian as root; sourced by ops/sluice.

policy=/usr/sbin/policy-rc.d

provide_servers() {
  missing=
  if ! docker_answers; then
    has /usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server || missing="$missing rabbitmq-server"
    has /usr/sbin/mariadbd mariadbd || has /usr/sbin/mysqld mysqld ||
      missing="$missing mariadb-server"
    has /usr/bin/redis-server redis-server || has /usr/bin/valkey-server valkey-server ||
      missing="$missing redis-server"
    if [ "$1" != bookworm ]; then
      # The installed servers are not used then.
      missing=
      has /usr/sbin/debootstrap debootstrap || missing="$missing debootstrap"
    fi
  fi
  if [ "$(uname -s)" != Darwin ]; then
    has /usr/bin/celery celery || missing="$missing celery python3-redis"
  fi
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # a list of packages
  set -- $missing
  if [ "$(uname -s)" = Darwin ]; then
    say "sluice test: these servers are missing; install them, then try again:"
    fail "  brew install $(echo "$*" | sed 's/-server//g')"
  elif [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "sluice test: missing: $*. Install them (no service needs to run), then try again:"
    fail "  sudo apt-get install --no-install-recommends $*"
  fi
  install_packages "$@"
}

has() {
  [ -x "$1" ] || command -v "$2" >/dev/null 2>&1
}

docker_answers() {
  command -v docker >/dev/null 2>&1 && docker info >/dev/null 2>&1
}

install_packages() {
  LC_ALL=C
  DEBIAN_FRONTEND=noninteractive
  export LC_ALL DEBIAN_FRONTEND
  apt-get update -q >"$state/apt.log" 2>&1 || fail "apt-get update failed: see $state/apt.log"
  say "Installing for the tests: $*"
  apt-get install --assume-no --no-install-recommends "$@" 2>/dev/null |
    grep -E '^(Need to get|After this operation|[0-9]+ upgraded)' >&2 || true
  forbid_service_starts
  installed=true
  apt-get install -y -q --no-install-recommends "$@" >>"$state/apt.log" 2>&1 || installed=false
  restore_policy
  $installed || {
    tail -n 20 "$state/apt.log" >&2
    fail "the installation failed; the whole output is in $state/apt.log"
  }
}

# Debian asks this program before it starts a service; status 101 is "no".
forbid_service_starts() {
  trap 'restore_policy; exit 130' INT TERM HUP
  # One that is kept already is from a run that was killed: what is there now is ours.
  if [ -e "$policy" ] && [ ! -e "$policy.sluice-kept" ]; then
    mv "$policy" "$policy.sluice-kept"
  fi
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}

restore_policy() {
  rm -f "$policy"
  if [ -e "$policy.sluice-kept" ]; then
    mv "$policy.sluice-kept" "$policy"
  fi
  trap - INT TERM HUP
}
