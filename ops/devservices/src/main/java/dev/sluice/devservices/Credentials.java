package dev.sluice.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The one user of a private server.
 *
 * @param user the name
 * @param password random hexadecimal digits, so that it needs no escaping anywhere
 */
record Credentials(String user, String password) {

  private static final String USER = "sluice";

  /** Those that the folder's server was set up with, made and kept there at the first call. */
  static Credentials in(Path folder) {
    Path file = folder.resolve("password");
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        PrivateFiles.write(file, HexFormat.of().formatHex(random));
      }
      return new Credentials(USER, Files.readString(file).trim());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep the password in " + file, e);
    }
  }

  @Override
  public String toString() {
    return user + ":****";
  }
}
