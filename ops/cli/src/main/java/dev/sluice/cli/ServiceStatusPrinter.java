package dev.sluice.cli;

import dev.sluice.devservices.ServiceStatus;
import dev.sluice.settings.MaskedUrl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what is known of the servers of {@code sluice up}. */
final class ServiceStatusPrinter {

  private ServiceStatusPrinter() {}

  /** Returns the exit status: 1 when a server does not answer. */
  static int print(Output options, boolean json, List<ServiceStatus> servers) {
    if (json) {
      options.print(
          Json.line(Map.of("servers", servers.stream().map(ServiceStatusPrinter::view).toList())));
    } else if (!servers.isEmpty()) {
      Table table = new Table("SERVER", "ADDRESS", "STATE");
      servers.forEach(server -> table.row(server.kind().title(), server.address(), state(server)));
      options.print(table.toString());
    }
    return servers.stream().allMatch(ServiceStatus::answers) ? 0 : 1;
  }

  private static Map<String, Object> view(ServiceStatus server) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("server", server.kind().title());
    view.put("address", server.address());
    view.put("answers", server.answers());
    view.put("version", server.version());
    view.put("problem", MaskedUrl.mask(server.problem()));
    return view;
  }

  private static String state(ServiceStatus server) {
    return server.answers() ? server.version() : MaskedUrl.mask(server.problem());
  }
}
