package dev.sluice.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A script that Redis runs whole. It may be run twice after a broken connection, so it must do no
 * harm then.
 */
public final class RedisScript {
  private final String text;
  private final String sha1;

  private RedisScript(String text) {
    this.text = text;
    sha1 = sha1(text);
  }

  /** A script in Lua 5.1, as Redis runs it. */
  public static RedisScript of(String text) {
    return new RedisScript(text);
  }

  /** The script that the resources beside {@code owner} make up, one after the other. */
  public static RedisScript of(Class<?> owner, String... resources) {
    StringBuilder text = new StringBuilder();
    for (String resource : resources) {
      text.append(read(owner, resource)).append('\n');
    }
    return new RedisScript(text.toString());
  }

  String text() {
    return text;
  }

  /** By this Redis knows it once it has run it. */
  String sha1() {
    return sha1;
  }

  private static String read(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + resource + " beside " + owner);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(resource + " cannot be read", e);
    }
  }

  private static String sha1(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-1", e);
    }
  }
}
