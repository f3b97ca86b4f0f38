package dev.sluice.gateway;

import dev.sluice.timelines.PageRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out which page of a timeline a request wants: {@code limit=50&cursor=TEXT}. */
final class PageParameters {
  private static final int DEFAULT_LIMIT = 50;
  private static final String LIMIT = "limit";
  private static final String CURSOR = "cursor";
  private static final Set<String> NAMES = Set.of(LIMIT, CURSOR);

  private PageParameters() {}

  /** The page; refuses the request with all that is wrong. */
  static PageRequest read(HttpServletRequest request) {
    List<Fault> faults = new ArrayList<>();
    Map<String, String> texts = texts(request.getQueryString(), faults);
    int limit = limit(texts.get(LIMIT), faults);
    PageRequest page = PageRequest.first(limit);
    if (texts.containsKey(CURSOR)) {
      try {
        page = PageRequest.after(texts.get(CURSOR), limit);
      } catch (IllegalArgumentException e) {
        faults.add(new Fault("query." + CURSOR, String.valueOf(e.getMessage())));
      }
    }
    if (!faults.isEmpty()) {
      throw Problem.of(ProblemType.BAD_REQUEST, faults).refusal();
    }
    return page;
  }

  private static Map<String, String> texts(@Nullable String query, List<Fault> faults) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return texts;
    }
    for (String parameter : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      String path = "query." + parts[0];
      if (!NAMES.contains(parts[0])) {
        faults.add(new Fault(path, "there is no parameter of that name; there are limit, cursor"));
      } else if (texts.putIfAbsent(parts[0], parts.length == 1 ? "" : decoded(parts[1])) != null) {
        faults.add(new Fault(path, "is given twice"));
      }
    }
    return texts;
  }

  private static int limit(@Nullable String text, List<Fault> faults) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    if (text.matches("[0-9]{1,9}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= PageRequest.MAX_LIMIT) {
        return limit;
      }
    }
    faults.add(
        new Fault("query." + LIMIT, "must be a whole number from 1 to " + PageRequest.MAX_LIMIT));
    return DEFAULT_LIMIT;
  }

  /** What cannot be decoded is wrong as it is. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
