package dev.sluice.settings;

import java.util.regex.Pattern;

/**
 * A URL that is printed without its password, whether that stands in front of the host or among the
 * parameters.
 *
 * @param reveal the URL itself, for the one place that connects to it
 */
public record MaskedUrl(String reveal) {
  private static final Pattern USER_INFO = Pattern.compile("//([^:@/?#\\s]*):[^?#\\s]*@");
  private static final String NAME = "[^=&;\\s]*(?:password|secret|token)[^=&;\\s]*=";
  private static final Pattern QUERY =
      Pattern.compile("([?&]" + NAME + ")[^&\\s]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern H2_PARAMETER =
      Pattern.compile("(;" + NAME + ")[^;\\s]*", Pattern.CASE_INSENSITIVE);

  /** The URL with {@code ***} for every password. */
  @Override
  public String toString() {
    return mask(reveal);
  }

  /** Any text with {@code ***} for the passwords of the URLs in it. */
  public static String mask(String text) {
    String userInfo = USER_INFO.matcher(text).replaceAll("//$1:***@");
    String query = QUERY.matcher(userInfo).replaceAll("$1***");
    return H2_PARAMETER.matcher(query).replaceAll("$1***");
  }
}
