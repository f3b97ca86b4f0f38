package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** The command line on servers in memory. */
final class Cli implements AutoCloseable {
  final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final Path folder;
  private final Map<String, String> environment;

  Cli(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /** What a command did. */
  record Ran(int status, String out, String err) {}

  Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = new Main(environment, folder, new InMemory()).commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int status = line.execute(arguments);
    return new Ran(status, out.toString(), err.toString());
  }

  @Override
  public void close() {
    broker.close();
  }

  private final class InMemory implements Servers {

    @Override
    public Broker broker(SluiceSettings settings, String name) {
      return (Broker)
          Proxy.newProxyInstance(
              Cli.class.getClassLoader(),
              new Class<?>[] {Broker.class},
              (proxy, method, values) ->
                  method.getName().equals("close") ? null : method.invoke(broker, values));
    }

    @Override
    public Database database(SluiceSettings settings) {
      return new NamedServers().database(settings);
    }

    @Override
    public Database named(SluiceSettings settings, String name) {
      return new NamedServers().named(settings, name);
    }

    @Override
    public Database replica(SluiceSettings settings) {
      return new NamedServers().replica(settings);
    }
  }
}
