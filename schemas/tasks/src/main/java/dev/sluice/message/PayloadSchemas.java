package dev.sluice.message;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.task.TaskType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds payloads against the JSON Schemas that task types name. A schema that names no draft is
 * read as draft 2020-12; {@code $ref} reaches into the same file only.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class PayloadSchemas {
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final ConcurrentMap<String, Schema> schemas = new ConcurrentHashMap<>();

  /**
   * Checks a task's arguments; does nothing when its type names no schema.
   *
   * @throws MalformedMessage naming the first argument that is wrong
   * @throws IllegalArgumentException when the schema is not on the class path or is none
   */
  public void check(TaskType<?> type, ObjectNode kwargs) throws MalformedMessage {
    String resource = type.schema();
    if (resource == null) {
      return;
    }
    Schema schema = schemas.get(resource);
    if (schema == null) {
      schema = schemas.computeIfAbsent(resource, name -> load(type, name));
    }
    List<Error> errors = schema.validate(kwargs);
    if (!errors.isEmpty()) {
      Error first = errors.get(0);
      throw new MalformedMessage("body[1]" + path(first), reason(first, errors.size() - 1));
    }
  }

  private Schema load(TaskType<?> type, String resource) {
    String name = resource.startsWith("/") ? resource.substring(1) : resource;
    ClassLoader loader = type.payload().getClassLoader();
    try (InputStream in =
        loader == null
            ? ClassLoader.getSystemResourceAsStream(name)
            : loader.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "schema '" + name + "' of task type " + type + " is not on the class path");
      }
      return registry.getSchema(in, InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException("schema '" + name + "' cannot be read", e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "schema '" + name + "' of task type " + type + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static String path(Error error) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
      Object step = error.getInstanceLocation().getElement(i);
      path.append(step instanceof Integer ? "[" + step + "]" : "." + step);
    }
    return path.toString();
  }

  private static String reason(Error error, int more) {
    String message = String.valueOf(error.getMessage());
    return more == 0 ? message : message + " (and " + more + " more)";
  }
}
