package dev.sluice.gateway;

import dev.sluice.settings.GatewaySettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who has a token. A presented token is hashed and compared with every hash there is, so
 * that neither its value nor whose it is can be told from the time that it takes.
 *
 * <p>Threading: immutable.
 */
public final class Clients {
  private static final String SCHEME = "Bearer ";
  // What a short secret has too little of cannot be made up for by hashing it once.
  private static final int SHORTEST_TOKEN = 20;

  private final List<Client> clients;

  private Clients(List<Client> clients) {
    this.clients = List.copyOf(clients);
  }

  /**
   * The clients of the settings.
   *
   * @param environment the variables that hold tokens
   * @throws IllegalArgumentException naming the token whose variable is not set or too short
   */
  public static Clients of(GatewaySettings settings, Map<String, String> environment) {
    List<Client> clients = new ArrayList<>();
    settings
        .tokens()
        .forEach(
            (name, token) -> clients.add(new Client(name, hash(name, token, environment), token)));
    return new Clients(clients);
  }

  /** How many there are; with none, every request is refused. */
  public int size() {
    return clients.size();
  }

  /** SHA-256 of a token, as the settings hold it: 64 hexadecimal digits. */
  public static String sha256(String token) {
    return HexFormat.of().formatHex(digest(token));
  }

  /** Whose token the header {@code Authorization} holds; empty when nobody's. */
  Optional<Client> find(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    byte[] presented = digest(authorization.substring(SCHEME.length()).strip());
    Client found = null;
    for (Client client : clients) {
      if (MessageDigest.isEqual(client.sha256(), presented)) {
        found = client;
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] hash(
      String name, GatewaySettings.Token token, Map<String, String> environment) {
    if (token.sha256().isPresent()) {
      return HexFormat.of().parseHex(token.sha256().get().reveal());
    }
    String variable = token.variable().orElseThrow();
    String value = environment.getOrDefault(variable, "").strip();
    if (value.length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException(
          "gateway.tokens.%s: the variable %s must hold a token of at least %d characters; `sluice gateway token %s` makes one"
              .formatted(name, variable, SHORTEST_TOKEN, name));
    }
    return digest(value);
  }

  private static byte[] digest(String text) {
    return digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** SHA-256. */
  static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
