# Runs the tests; sourced by ops/sluice.

test_help() {
  cat <<'END'
Usage: ops/sluice test [--quick] [--servers GENERATION] [-- MAVEN-ARGUMENT...]

Runs every test: the unit tests (on a second JDK too, if there is one) and the tests
against real RabbitMQ, MySQL or MariaDB, and Redis.

      --quick                 Only what needs no server; under five minutes.
      --servers GENERATION    Only the tests against servers, on those of Debian
                              bookworm (the installed ones), trixie or sid.
  -h, --help                  Show this text.
      -- MAVEN-ARGUMENT...    Passed to Maven, for example:
                              ops/sluice test -- -pl producer-api -am

As root on Debian it installs the packages that are missing, and says which, without
starting any service; otherwise it names the command that does and fails.
Exit status: 0 all tests passed, 1 some failed or could not run, 2 wrong usage.
END
}

run_tests() {
  quick=false
  servers=
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) quick=true ;;
      --servers)
        [ $# -ge 2 ] || wrong_usage "--servers needs bookworm, trixie or sid"
        servers=$2
        shift
        ;;
      --servers=*) servers=${1#--servers=} ;;
      -h | --help)
        test_help
        return
        ;;
      --)
        shift
        break
        ;;
      *) wrong_usage "unknown option: $1" ;;
    esac
    shift
  done
  case $servers in
    '' | bookworm | trixie | sid) ;;
    *) wrong_usage "unknown servers: $servers (bookworm, trixie or sid)" ;;
  esac
  if $quick && [ -n "$servers" ]; then
    wrong_usage "--quick runs no server; leave out --servers"
  fi

  find_jdk
  find_maven
  mkdir -p "$state"
  counts=$state/test-counts
  : >"$counts"
  if $quick; then
    maven_run "unit tests, JDK $(jdk_version "$JAVA_HOME")" test "$@"
  elif [ -n "$servers" ]; then
    . "$root/ops/launcher/install.sh"
    provide_servers "$servers"
    SLUICE_TEST_SERVERS=$servers
    export SLUICE_TEST_SERVERS
    maven_run "service tests, servers of $servers" verify '-Dsurefire.excludes=**/*' "$@"
  else
    . "$root/ops/launcher/install.sh"
    provide_servers bookworm
    second=$(second_jdk)
    if [ -n "$second" ]; then
      maven_run "unit tests, JDK $(jdk_version "$second")" \
        test "-Dsluice.test.java=$second/bin/java" "$@"
    else
      say "No second JDK found: the unit tests run on JDK $(jdk_version "$JAVA_HOME") only."
    fi
    maven_run "unit and service tests, JDK $(jdk_version "$JAVA_HOME")" verify "$@"
  fi
  print_counts
}

wrong_usage() {
  say "sluice test: $1"
  say "See: ops/sluice test --help"
  exit 2
}

# Runs Maven and keeps the lines in which it sums up the tests of a module.
maven_run() {
  title=$1
  shift
  log=$state/test.log
  printf '== %s: mvn %s\n' "$title" "$*"
  # Tests of services wait more than they work: two modules at a time, as far as one does not need
  # the other. A pipe gives the status of its last command only.
  {
    "$maven" -B -T 2 -f "$root/pom.xml" --fail-at-end "$@" </dev/null 2>&1 && echo 0 >"$state/status" ||
      echo $? >"$state/status"
  } | tee "$log"
  printf '%s\n' "$title" >>"$counts"
  # With a class named it is the line of that class, without it that of the module.
  grep -E 'Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$' "$log" \
    >>"$counts" || true
  status=$(cat "$state/status")
  if [ "$status" -ne 0 ]; then
    print_counts
    say "sluice test: failed: $title. The whole output is in $log"
    exit 1
  fi
}

# The last lines of a run: what Maven counted, module by module, and the sum.
print_counts() {
  echo
  cat "$counts"
  awk -F'[:,] *' '
    /Tests run:/ {
      for (i = 1; i < NF; i++) {
        if ($i ~ /Tests run$/) run += $(i + 1)
        if ($i ~ /Failures$/) failures += $(i + 1)
        if ($i ~ /Errors$/) errors += $(i + 1)
        if ($i ~ /Skipped$/) skipped += $(i + 1)
      }
    }
    END {
      printf "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n", run, failures, errors, skipped
    }' "$counts"
}
