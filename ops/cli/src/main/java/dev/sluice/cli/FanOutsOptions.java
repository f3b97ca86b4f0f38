package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.database.Database;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.worker.longtask.LongTasks;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the commands on fan-outs have in common: the form of their output, the long tasks. */
final class FanOutsOptions {

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  boolean json;

  /** Something done with the long tasks. */
  @FunctionalInterface
  interface Work {
    int on(LongTasks longTasks) throws SQLException;
  }

  /** Changes one of them; false when it is not in the state for that. */
  @FunctionalInterface
  interface Change {
    boolean of(String id) throws SQLException;
  }

  /** Opens database and broker and does the work; returns its exit status. */
  int run(SettingsOptions found, Work work) throws SQLException {
    SluiceSettings settings = found.load();
    // What a change enqueues goes to the outbox: the broker may be away.
    try (Database database = found.database(settings);
        Broker broker = found.brokerUnawaited(settings, "fanouts");
        Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      database.migrate();
      return work.on(new LongTasks(database.dataSource(), producer, InstantSource.system()));
    }
  }

  /** Changes some and prints what became of them: 1 when one could not be changed. */
  int change(Output output, List<String> ids, String verb, String unless, Change change)
      throws SQLException {
    List<String> done = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (String id : ids) {
      (change.of(id) ? done : refused).add(id);
    }
    if (json) {
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put(verb, done);
      summary.put("refused", refused);
      output.print(Json.line(summary));
    } else {
      refused.forEach(id -> output.say(id + " is not " + unless + "; see sluice fanouts"));
      output.print(verb + " " + done.size() + ", refused " + refused.size());
    }
    return refused.isEmpty() ? 0 : 1;
  }
}
