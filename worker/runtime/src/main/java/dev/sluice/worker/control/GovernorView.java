package dev.sluice.worker.control;

import dev.sluice.worker.governor.DatabaseSnapshot;
import dev.sluice.worker.governor.GovernorSnapshot;
import dev.sluice.worker.governor.Limits;
import dev.sluice.worker.governor.TypeLimits;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A governor's snapshot as JSON, for {@code stats}. Task types without limits are left out. */
final class GovernorView {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final double MILLIS = 1e3;

  private GovernorView() {}

  static ObjectNode of(GovernorSnapshot snapshot) {
    ObjectNode view = JSON.objectNode();
    view.put("concurrency", snapshot.concurrency());
    view.put("running", snapshot.running());
    ObjectNode sharing = view.putObject("sharing");
    sharing.put("redis", snapshot.sharing().redis());
    sharing.put("away", snapshot.sharing().away());
    sharing.put("workers", snapshot.sharing().workers());
    ObjectNode queues = view.putObject("queues");
    snapshot.queues().forEach((name, queue) -> put(queues.putObject(name), queue));
    ObjectNode types = view.putObject("types");
    snapshot
        .types()
        .forEach(
            (name, type) -> {
              if (!type.limits().equals(TypeLimits.NONE)) {
                put(types.putObject(name), type);
              }
            });
    ObjectNode databases = view.putObject("databases");
    snapshot.databases().forEach((name, database) -> put(databases.putObject(name), database));
    return view;
  }

  private static void put(ObjectNode view, GovernorSnapshot.Queue queue) {
    view.put("concurrency", queue.concurrency());
    view.put("weight", queue.weight());
    view.put("running", queue.running());
    view.put("waiting", queue.waiting());
    GovernorSnapshot.Slo slo = queue.slo();
    if (slo != null) {
      ObjectNode promise = view.putObject("slo");
      promise.put("target_s", slo.target().toMillis() / MILLIS);
      promise.put("started", slo.started());
      promise.put("within", slo.within());
      promise.put("attainment", slo.attainment());
    }
  }

  private static void put(ObjectNode view, GovernorSnapshot.Type type) {
    put(view, "worker", type.limits().worker());
    put(view, "shared", type.limits().shared());
    put(view, "per_key", type.limits().perKey());
    view.put("running", type.running());
    view.put("waiting", type.waiting());
    view.put("started", type.started());
    if (type.runningEverywhere() != null) {
      view.put("running_everywhere", type.runningEverywhere());
    }
  }

  private static void put(ObjectNode view, String name, Limits limits) {
    if (!limits.none()) {
      ObjectNode limit = view.putObject(name);
      limit.put("concurrency", limits.concurrency());
      limit.put("rate", limits.rate() == null ? null : limits.rate().toString());
    }
  }

  private static void put(ObjectNode view, DatabaseSnapshot database) {
    view.put("ceiling", database.ceiling());
    view.put("scope", String.valueOf(database.scope()));
    view.put("rows", database.rows());
    view.put("outstanding", database.outstanding());
    view.put("running", database.running());
    if (database.concurrency() != Integer.MAX_VALUE) {
      view.put("concurrency", database.concurrency());
    }
    view.put("breaker", database.breaker().name());
    view.put("why", database.why());
  }
}
