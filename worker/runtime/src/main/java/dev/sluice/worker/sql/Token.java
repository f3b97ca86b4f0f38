package dev.sluice.worker.sql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a statement.
 *
 * @param text as it was written; of a parameter its name
 * @param spaced whether a blank or a comment stands before it
 */
record Token(Kind kind, String text, boolean spaced) {

  enum Kind {
    WORD,
    /** A name in backticks. */
    QUOTED,
    STRING,
    NUMBER,
    PARAMETER,
    SYMBOL
  }

  /** Whether it is this keyword or symbol. */
  boolean is(String wanted) {
    return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(wanted);
  }

  /** The column's or table's name that it may be, in small letters; null when it is none. */
  @Nullable String name() {
    return switch (kind) {
      case WORD -> text.toLowerCase(Locale.ROOT);
      case QUOTED -> text.substring(1, text.length() - 1).toLowerCase(Locale.ROOT);
      default -> null;
    };
  }

  /** What the database gets. */
  String sql() {
    return (spaced ? " " : "") + (kind == Kind.PARAMETER ? "?" : text);
  }

  @Override
  public String toString() {
    return kind == Kind.PARAMETER ? ":" + text : text;
  }
}
