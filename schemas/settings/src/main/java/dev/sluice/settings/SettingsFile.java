package dev.sluice.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads {@code sluice.yaml} into a tree. */
final class SettingsFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Pattern DUPLICATE = Pattern.compile("^Duplicate .*\"([^\"]*)\"");

  private SettingsFile() {}

  static ObjectNode read(@Nullable Path file) {
    if (file == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      JsonNode tree = YAML.readTree(Files.readString(file));
      if (tree.isMissingNode() || tree.isNull()) {
        return JsonNodeFactory.instance.objectNode();
      }
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new SettingsException(
          file.toString(), List.of("is no mapping of sections such as broker: and worker:"));
    } catch (NoSuchFileException e) {
      throw new SettingsException(file.toString(), List.of("there is no such file"));
    } catch (IOException e) {
      throw new SettingsException(file.toString(), List.of("cannot be read: " + e.getMessage()));
    } catch (JacksonException e) {
      throw new SettingsException(file.toString(), List.of(sentence(e)));
    }
  }

  /** The first line alone: the others quote the file, with what may be a password in it. */
  private static String sentence(JacksonException e) {
    String first = e.getOriginalMessage().lines().findFirst().orElse("is no YAML");
    Matcher twice = DUPLICATE.matcher(first);
    String reason =
        twice.find()
            ? "'" + twice.group(1) + "' is given twice; rename or remove one of them"
            : first;
    return "line %d, column %d: %s"
        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr(), reason);
  }
}
