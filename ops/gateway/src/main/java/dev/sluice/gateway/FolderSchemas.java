package dev.sluice.gateway;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Payload schemas by the name of their task, read once from a folder of files {@code
 * NAME.schema.json}. A schema that names no draft is read as draft 2020-12.
 *
 * <p>Threading: immutable.
 */
final class FolderSchemas {
  private static final String SUFFIX = ".schema.json";

  private final Map<String, Schema> schemas = new HashMap<>();

  /**
   * Reads the schemas of a folder.
   *
   * @param folder null for none
   * @throws IllegalArgumentException naming the file that cannot be used
   */
  FolderSchemas(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .forEach(file -> schemas.put(taskName(file), read(registry, file)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "gateway.schemas: the folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** How many there are. */
  int size() {
    return schemas.size();
  }

  /** What is wrong with a payload; empty when all is well, or when the task has no schema. */
  List<Fault> check(String taskName, ObjectNode kwargs, String path) {
    Schema schema = schemas.get(taskName);
    if (schema == null) {
      return List.of();
    }
    return schema.validate(kwargs).stream()
        .map(error -> new Fault(path + path(error), String.valueOf(error.getMessage())))
        .toList();
  }

  private static Schema read(SchemaRegistry registry, Path file) {
    try {
      Schema schema = registry.getSchema(Files.readString(file), InputFormat.JSON);
      schema.initializeValidators();
      return schema;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "gateway.schemas: " + file + " cannot be used as a JSON Schema: " + e.getMessage(), e);
    }
  }

  private static String taskName(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private static String path(Error error) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
      JsonPaths.step(path, error.getInstanceLocation().getElement(i));
    }
    return path.toString();
  }
}
