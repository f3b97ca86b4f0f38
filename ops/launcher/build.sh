# Builds the modules behind the command line when sources are newer; sourced by ops/sluice.

# Prints the class path of a built module.
class_path() {
  for jar in "$root/ops/$1/target/sluice-$1"-*.jar; do
    case $jar in
      *-sources.jar | *-tests.jar | *-javadoc.jar) ;;
      *)
        printf '%s:' "$jar"
        break
        ;;
    esac
  done
  cat "$root/ops/$1/target/classpath"
}

# Whether a module was built, all of its class path is there and no source has changed since.
is_built() {
  stamp=$state/$1.stamp
  [ -f "$stamp" ] && [ -f "$root/ops/$1/target/classpath" ] || return 1
  old_ifs=$IFS
  IFS=:
  for entry in $(class_path "$1"); do
    if [ ! -e "$entry" ]; then
      IFS=$old_ifs
      return 1
    fi
  done
  IFS=$old_ifs
  # Folders of sources count too: their time tells of files that are gone.
  [ -z "$(find "$root/pom.xml" "$root/.mvn" "$root/schemas" "$root/producer-api" "$root/worker" \
    "$root/scheduler" "$root/ops" \( -path '*/target' -o -path '*/src/test' \) -prune -o \
    \( -type f -o -path '*/src/main/*' \) -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

build_if_needed() {
  is_built "$1" && return
  find_maven
  mkdir -p "$state"
  lock_build
  if ! is_built "$1"; then
    build "$1"
  fi
  unlock_build
}

build() {
  started=$state/$1.started
  : >"$started"
  offline=
  if [ -f "$state/$1.stamp" ]; then
    say "Sources have changed: building ..."
    # What the last build needed is here, unless a POM names something new since.
    [ -n "$(find "$root" -name target -prune -o -name pom.xml -newer "$state/$1.stamp" -print)" ] ||
      offline=-o
  else
    say "First start: building (with an empty local Maven repository this downloads up to 250 MB) ..."
  fi
  if ! run_maven $offline && { [ -z "$offline" ] || ! run_maven; }; then
    unlock_build
    tail -n 30 "$state/build.log" >&2
    fail "the build failed; the whole output is in $state/build.log"
  fi
  mv "$started" "$state/$1.stamp"
}

run_maven() {
  "$maven" -B -q -T 1C -f "$root/pom.xml" "$@" -pl "ops/$module" -am package -DskipTests \
    -Dspotless.check.skip -Denforcer.skip -Dmdep.analyze.skip \
    >"$state/build.log" 2>&1 </dev/null
}

# One build at a time in this checkout: only one process can make the link, which names it.
lock_build() {
  while ! ln -s $$ "$state/lock" 2>/dev/null; do
    owner=$(readlink "$state/lock" || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -f "$state/lock"
    else
      sleep 1
    fi
  done
  trap 'unlock_build; exit 130' INT TERM
}

unlock_build() {
  rm -f "$state/lock"
  trap - INT TERM
}
