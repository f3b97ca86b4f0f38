package dev.sluice.settings;

import dev.sluice.settings.SpoolSettings.Sync;
import dev.sluice.settings.SpoolSettings.WhenFull;
import dev.sluice.topology.QueueSpec.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/** Turns a checked tree into records. */
final class SettingsBinder {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(
              new SimpleModule()
                  .addDeserializer(Secret.class, new FromText<>(Secret.class, Secret::new))
                  .addDeserializer(MaskedUrl.class, new FromText<>(MaskedUrl.class, MaskedUrl::new))
                  .addDeserializer(
                      Duration.class, new FromText<>(Duration.class, DurationText::parse))
                  .addDeserializer(Path.class, new FromText<>(Path.class, Path::of))
                  .addDeserializer(Sync.class, new FromText<>(Sync.class, SettingsBinder::sync))
                  .addDeserializer(
                      WhenFull.class, new FromText<>(WhenFull.class, SettingsBinder::whenFull))
                  .addDeserializer(
                      DatabaseSettings.Scope.class,
                      new FromText<>(DatabaseSettings.Scope.class, SettingsBinder::scope))
                  .addDeserializer(
                      SqlTaskSettings.Type.class,
                      new FromText<>(SqlTaskSettings.Type.class, SettingsBinder::sqlType))
                  .addDeserializer(
                      RetentionSettings.Unit.class,
                      new FromText<>(RetentionSettings.Unit.class, SettingsBinder::unit))
                  .addDeserializer(
                      Profile.class, new FromText<>(Profile.class, SettingsBinder::profile)))
          .build();

  private SettingsBinder() {}

  static SluiceSettings bind(String source, ObjectNode tree) {
    try {
      return MAPPER.treeToValue(tree, SluiceSettings.class);
    } catch (DatabindException e) {
      Throwable cause = e;
      while (cause.getCause() != null && !(cause instanceof IllegalArgumentException)) {
        cause = cause.getCause();
      }
      throw new SettingsException(source, List.of(String.valueOf(cause.getMessage())));
    }
  }

  private static Profile profile(String text) {
    return Profile.valueOf(text.replace('-', '_').toUpperCase(Locale.ROOT));
  }

  private static DatabaseSettings.Scope scope(String text) {
    return DatabaseSettings.Scope.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static SqlTaskSettings.Type sqlType(String text) {
    return SqlTaskSettings.Type.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static RetentionSettings.Unit unit(String text) {
    return RetentionSettings.Unit.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static Sync sync(String text) {
    return Sync.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static WhenFull whenFull(String text) {
    return WhenFull.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static final class FromText<T> extends StdDeserializer<T> {
    private final Function<String, T> read;

    FromText(Class<T> type, Function<String, T> read) {
      super(type);
      this.read = read;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) {
      return read.apply(parser.getString());
    }
  }
}
