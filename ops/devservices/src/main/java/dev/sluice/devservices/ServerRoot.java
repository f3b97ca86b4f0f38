package dev.sluice.devservices;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file system that servers are taken from: the machine's own, or a chroot.
 *
 * <p>A process in a chroot gets a mount namespace of its own with {@code /proc} and the data folder
 * under the same absolute path as outside; both vanish with the process, however it ends.
 */
final class ServerRoot {

  /** Before all others: Debian's wrappers in /usr/sbin run as the user rabbitmq only. */
  private static final String RABBIT_FOLDER = "/usr/lib/rabbitmq/bin";

  private static final List<String> USUAL_FOLDERS =
      List.of(
          "/usr/sbin",
          "/usr/bin",
          "/usr/local/sbin",
          "/usr/local/bin",
          "/opt/homebrew/sbin",
          "/opt/homebrew/bin");

  private static final String ENTER =
      "root=$1; data=$2; shift 2; mount -t proc proc \"$root/proc\""
          + " && mkdir -p \"$root$data\" && mount --bind \"$data\" \"$root$data\""
          + " && exec chroot \"$root\" \"$@\"";

  private final @Nullable Path chroot;
  private final Path data;

  private ServerRoot(@Nullable Path chroot, Path data) {
    this.chroot = chroot;
    this.data = data;
  }

  static ServerRoot machine(Path data) {
    return new ServerRoot(null, data);
  }

  static ServerRoot chroot(Path chroot, Path data) {
    return new ServerRoot(chroot, data);
  }

  /** The path, as seen from inside, of the first of these programs that is there. */
  Optional<String> find(String... programs) {
    return Stream.of(programs)
        .flatMap(program -> folders().map(folder -> folder + "/" + program))
        .filter(path -> exists(path))
        .findFirst();
  }

  /**
   * The path of a program that must be there.
   *
   * @throws DevServicesException naming the package to install
   */
  String require(ServiceKind kind, String... programs) {
    return find(programs)
        .orElseThrow(() -> new DevServicesException(Advice.missing(kind, programs[0])));
  }

  /** The command that runs the given one inside, as the same process. */
  List<String> enter(List<String> command) {
    if (chroot == null) {
      return command;
    }
    List<String> entering =
        new ArrayList<>(
            List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh"));
    entering.add(chroot.toString());
    entering.add(data.toString());
    entering.addAll(command);
    return List.copyOf(entering);
  }

  private Stream<String> folders() {
    String path = chroot == null ? Optional.ofNullable(System.getenv("PATH")).orElse("") : "";
    return Stream.of(
            Stream.of(RABBIT_FOLDER),
            Arrays.stream(path.split(":")).filter(folder -> !folder.isBlank()),
            USUAL_FOLDERS.stream())
        .flatMap(Function.identity());
  }

  private boolean exists(String path) {
    return chroot == null
        ? Files.isExecutable(Path.of(path))
        // A link is judged by itself: its target is a path inside.
        : Files.exists(Path.of(chroot + path), LinkOption.NOFOLLOW_LINKS);
  }
}
