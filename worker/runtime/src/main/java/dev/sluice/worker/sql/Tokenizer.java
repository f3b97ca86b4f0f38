package dev.sluice.worker.sql;

import dev.sluice.worker.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts one statement into tokens. Strict: what MySQL, MariaDB and H2 may read differently is
 * refused.
 */
final class Tokenizer {
  private static final String SYMBOLS = "()+-*/%=<>!&|^~,.";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean spaced;

  private Tokenizer(String text) {
    this.text = text;
  }

  /**
   * The tokens of a statement or of a part of one.
   *
   * @throws IllegalArgumentException saying what is not understood, and what to write instead
   */
  static List<Token> tokens(String text) {
    Tokenizer tokenizer = new Tokenizer(text);
    while (tokenizer.skipBlanks()) {
      tokenizer.next();
    }
    return tokenizer.tokens;
  }

  /** Skips blanks and comments; returns false at the end. */
  private boolean skipBlanks() {
    int before = at;
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("/*", at)) {
        skipBlockComment();
      } else if (text.charAt(at) == '#' || text.startsWith("--", at)) {
        skipLineComment();
      } else {
        break;
      }
    }
    spaced = at > before;
    return at < text.length();
  }

  private void skipBlockComment() {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      throw new IllegalArgumentException("a comment has no end; write */");
    }
    char first = text.charAt(at + 2);
    if (first == '!' || first == '+' || text.startsWith("M!", at + 2)) {
      throw new IllegalArgumentException(
          "a comment that the server executes, /*" + first + ", is refused; drop it");
    }
    at = end + 2;
  }

  private void skipLineComment() {
    if (text.charAt(at) == '-'
        && at + 2 < text.length()
        && !Character.isWhitespace(text.charAt(at + 2))) {
      throw new IllegalArgumentException(
          "'--' is a comment to some servers and two signs to others; put a blank behind it");
    }
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void next() {
    char c = text.charAt(at);
    if (c == '\'') {
      add(Kind.STRING, stringEnd());
    } else if (c == '`') {
      add(Kind.QUOTED, quotedEnd());
    } else if (c == ':') {
      parameter();
    } else if (c >= '0' && c <= '9') {
      add(Kind.NUMBER, wordEnd(at, true));
    } else if (startsName(c)) {
      add(Kind.WORD, wordEnd(at, false));
    } else if (SYMBOLS.indexOf(c) >= 0) {
      add(Kind.SYMBOL, at + 1);
    } else {
      refuse(c);
    }
  }

  private int stringEnd() {
    for (int i = at + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        throw new IllegalArgumentException(
            "a backslash in a string means different things to different servers; make the value a"
                + " parameter");
      }
      if (text.charAt(i) == '\'') {
        if (i + 1 == text.length() || text.charAt(i + 1) != '\'') {
          return i + 1;
        }
        i++;
      }
    }
    throw new IllegalArgumentException("a string has no end; write '");
  }

  private int quotedEnd() {
    int end = text.indexOf('`', at + 1);
    if (end < at + 2) {
      throw new IllegalArgumentException("a name in backticks is empty or has no end");
    }
    return end + 1;
  }

  private void parameter() {
    if (at + 1 == text.length() || !startsName(text.charAt(at + 1))) {
      throw new IllegalArgumentException("a ':' without a name; write a parameter as :name");
    }
    int end = wordEnd(at + 1, false);
    tokens.add(new Token(Kind.PARAMETER, text.substring(at + 1, end), spaced));
    at = end;
  }

  private int wordEnd(int start, boolean number) {
    int end = start;
    while (end < text.length()
        && (startsName(text.charAt(end))
            || Character.isDigit(text.charAt(end))
            || number && text.charAt(end) == '.')) {
      end++;
    }
    return end;
  }

  private void refuse(char c) {
    if (c == ';') {
      at++;
      if (skipBlanks()) {
        throw new IllegalArgumentException(
            "more than one statement; a task runs one, make the others tasks of their own");
      }
      return;
    }
    throw new IllegalArgumentException(
        switch (c) {
          case '?' -> "a '?' is refused; write a parameter as :name";
          case '@' -> "variables of the session are refused; write a parameter as :name";
          case '"' ->
              "double quotes mean different things to different servers; write 'text' and"
                  + " `name`";
          default -> "'" + c + "' is not understood";
        });
  }

  private void add(Kind kind, int end) {
    tokens.add(new Token(kind, text.substring(at, end), spaced));
    at = end;
  }

  private static boolean startsName(char c) {
    return Character.isLetter(c) || c == '_' || c == '$';
  }
}
