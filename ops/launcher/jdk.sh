# Finds a JDK of 17 or newer and Maven; sourced by ops/sluice.

minimum_jdk=17

# Prints the feature version of the JDK in a folder, or nothing if there is none.
jdk_version() {
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release"
  else
    "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \(1\.\)\{0,1\}\([0-9]*\).*/\2/p'
  fi
}

is_jdk() {
  version=$(jdk_version "$1")
  [ -n "$version" ] && [ "$version" -ge "$minimum_jdk" ]
}

# Prints the home of the java on the PATH, following links.
path_java_home() {
  program=$(command -v java) || return 0
  # On macOS /usr/bin/java only asks java_home.
  if [ "$program" = /usr/bin/java ] && [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$minimum_jdk+" 2>/dev/null || true
    return 0
  fi
  while [ -L "$program" ]; do
    target=$(readlink "$program")
    case $target in
      /*) program=$target ;;
      *) program=$(dirname "$program")/$target ;;
    esac
  done
  dirname "$(dirname "$program")"
}

# Prints the usual folders of JDKs that exist here, one a line.
usual_jdks() {
  for home in /usr/lib/jvm/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk* /usr/local/opt/openjdk*; do
    [ -d "$home" ] && printf '%s\n' "$home"
  done
  return 0
}

# Sets JAVA_HOME to a JDK that can build and run Sluice.
find_jdk() {
  HOME=${HOME:-/}
  if [ -n "${JAVA_HOME-}" ] && is_jdk "$JAVA_HOME"; then
    export JAVA_HOME
    return
  fi
  found=$(path_java_home)
  if [ -n "$found" ] && is_jdk "$found"; then
    JAVA_HOME=$found
    export JAVA_HOME
    return
  fi
  old_ifs=$IFS
  IFS='
'
  for home in $(usual_jdks); do
    if is_jdk "$home"; then
      IFS=$old_ifs
      JAVA_HOME=$home
      export JAVA_HOME
      return
    fi
  done
  IFS=$old_ifs
  say "sluice: found no JDK $minimum_jdk or newer (JAVA_HOME, PATH and the usual folders were searched)."
  case $(uname -s) in
    Darwin) say "  Install one:  brew install openjdk" ;;
    *)
      say "  Install one:  sudo apt-get install openjdk-17-jdk-headless   (Debian, Ubuntu)"
      say "           or:  https://adoptium.net"
      ;;
  esac
  say "  Then try again, or set JAVA_HOME to its folder."
  exit 1
}

# Prints the home of the JDK with the highest version other than that of JAVA_HOME, or nothing.
second_jdk() {
  first_version=$(jdk_version "$JAVA_HOME")
  best=
  best_version=0
  old_ifs=$IFS
  IFS='
'
  for home in $(usual_jdks); do
    if is_jdk "$home" && [ "$version" -ne "$first_version" ] &&
      [ "$version" -gt "$best_version" ]; then
      best=$home
      best_version=$version
    fi
  done
  IFS=$old_ifs
  [ -z "$best" ] || printf '%s\n' "$best"
}

# Sets maven to the command that starts Maven.
find_maven() {
  for maven in "$root/mvnw" "${MAVEN_HOME:-/nowhere}/bin/mvn" "$(command -v mvn || true)" \
    /opt/homebrew/bin/mvn /usr/local/bin/mvn /opt/maven/bin/mvn /usr/share/maven/bin/mvn; do
    [ -n "$maven" ] && [ -x "$maven" ] && return
  done
  say "sluice: found no Maven (mvn); the first start and every change of the sources need it."
  case $(uname -s) in
    Darwin) say "  Install it:  brew install maven" ;;
    *) say "  Install it:  sudo apt-get install maven   (Debian, Ubuntu), or https://maven.apache.org" ;;
  esac
  exit 1
}
