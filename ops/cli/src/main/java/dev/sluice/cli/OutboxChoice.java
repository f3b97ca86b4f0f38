package dev.sluice.cli;

import dev.sluice.outbox.ParkedMessage;
import dev.sluice.outbox.ParkedMessages;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The messages of the outbox that a command changes: by number, or all on demand. */
final class OutboxChoice {

  @Parameters(
      paramLabel = "MESSAGE",
      description = "Numbers of messages, as outbox list prints them; or give --all.")
  private List<Long> messages = List.of();

  @Option(names = "--all", description = "Every message that is set aside.")
  private boolean all;

  @Option(
      names = "--limit",
      defaultValue = "1000",
      paramLabel = "N",
      description = "With --all: at most so many. Default: ${DEFAULT-VALUE}")
  private int limit;

  /** Changes messages; returns the numbers of those it changed. */
  @FunctionalInterface
  interface Change {
    List<Long> of(Collection<Long> messages) throws SQLException;
  }

  /** Prints what became of them; returns the exit status: 1 when one was not set aside. */
  int change(DataSource dataSource, Output output, boolean json, String verb, Change change)
      throws SQLException {
    if (messages.isEmpty() != all) {
      throw output.wrong("say which: either numbers of messages, or --all");
    }
    List<Long> asked =
        all
            ? new ParkedMessages(dataSource).list(limit).stream().map(ParkedMessage::id).toList()
            : messages;
    List<Long> done = change.of(asked);
    List<Long> refused = asked.stream().filter(id -> !done.contains(id)).toList();
    if (json) {
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put(verb, done.size());
      summary.put("refused", refused);
      output.print(Json.line(summary));
    } else {
      refused.forEach(
          id -> output.say("message " + id + " is not set aside; see sluice outbox list"));
      output.print(verb + " " + done.size() + ", refused " + refused.size());
    }
    return refused.isEmpty() ? 0 : 1;
  }
}
