package dev.sluice.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Finds the options of a single task in its request: query parameters ({@code delay=30s}, {@code
 * header.NAME=VALUE}), headers ({@code Sluice-Delay: 30s}, {@code Sluice-Header-NAME: VALUE}), and
 * {@code Idempotency-Key}.
 */
final class RequestOptions {
  static final String KEY_HEADER = "Idempotency-Key";

  private static final String PREFIX = "sluice-";
  private static final String HEADER_PREFIX = "sluice-header-";
  private static final char NO_CHARACTER = '\uFFFD';
  private static final String QUERY_HEADER = "header.";

  private RequestOptions() {}

  static TaskOptions read(HttpServletRequest request, InstantSource clock) {
    OptionReader reader = new OptionReader(clock);
    String query = request.getQueryString();
    if (query != null && !query.isEmpty()) {
      query(query, reader);
    }
    for (String name : Collections.list(request.getHeaderNames())) {
      header(name, request, reader);
    }
    return reader.options(ProblemType.BAD_REQUEST);
  }

  /** Refuses a request that has query parameters where none mean anything. */
  static void refuseQuery(HttpServletRequest request) {
    String query = request.getQueryString();
    if (query != null && !query.isEmpty()) {
      String name = query.split("[=&]", 2)[0];
      throw Problem.at(ProblemType.BAD_REQUEST, "query." + name, "no query parameter is known here")
          .refusal();
    }
  }

  private static void query(String query, OptionReader reader) {
    for (String parameter : query.split("&")) {
      int equals = parameter.indexOf('=');
      String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals), reader);
      String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1), reader);
      String path = "query." + name;
      if (name.startsWith(QUERY_HEADER)) {
        reader.header(name.substring(QUERY_HEADER.length()), value, path);
      } else if (name.equals(OptionReader.KEY)) {
        reader.fault(path, "a key is given as the header " + KEY_HEADER);
      } else {
        reader.take(name, value, path);
      }
    }
  }

  private static void header(String name, HttpServletRequest request, OptionReader reader) {
    boolean key = name.equalsIgnoreCase(KEY_HEADER);
    if (!key && !name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
      return;
    }
    String path = "header." + name;
    List<String> values = Collections.list(request.getHeaders(name));
    String lower = name.toLowerCase(Locale.ROOT);
    if (values.size() > 1) {
      reader.fault(path, "is given twice");
    } else if (key) {
      reader.take(OptionReader.KEY, values.get(0), path);
    } else if (lower.startsWith(HEADER_PREFIX)) {
      reader.header(lower.substring(HEADER_PREFIX.length()), values.get(0), path);
    } else {
      reader.take(lower.substring(PREFIX.length()).replace('-', '_'), values.get(0), path);
    }
  }

  private static String decoded(String text, OptionReader reader) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      if (decoded.indexOf(NO_CHARACTER) < 0) {
        return decoded;
      }
      reader.fault("query", "'" + text + "' is not UTF-8");
    } catch (IllegalArgumentException e) {
      reader.fault("query", "'" + text + "' is not percent-encoded as it must be");
    }
    return "";
  }
}
