package dev.sluice.worker.control;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Whether a node's name matches what a request asks for: Kombu's {@code glob} and {@code pcre}. */
final class NodeMatcher {
  private NodeMatcher() {}

  /**
   * @param matcher {@code glob}: the whole name, with {@code *}, {@code ?} and {@code [seq]};
   *     {@code pcre}: a regular expression for the beginning of the name
   * @throws ControlException when there is no such matcher or the expression is none
   */
  static boolean matches(String node, String pattern, String matcher) throws ControlException {
    try {
      return switch (matcher) {
        case "glob" -> Pattern.compile(regexOf(pattern), Pattern.DOTALL).matcher(node).matches();
        case "pcre" -> Pattern.compile(pattern).matcher(node).lookingAt();
        default ->
            throw new ControlException(
                "MatcherNotInstalled", "No matcher installed for " + matcher);
      };
    } catch (PatternSyntaxException e) {
      throw new ControlException("error", e.getDescription() + " in '" + pattern + "'");
    }
  }

  /** Python's {@code fnmatch} as a regular expression. */
  private static String regexOf(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      // A bracket right after the opening one, or after its "!", belongs to the set.
      int end = c == '[' ? glob.indexOf(']', i + (glob.startsWith("!", i + 1) ? 3 : 2)) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        regex.append(setOf(glob.substring(i + 1, end)));
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static String setOf(String members) {
    boolean negated = members.startsWith("!");
    String escaped =
        (negated ? members.substring(1) : members).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
    return (negated ? "[^" : "[") + escaped + "]";
  }
}
