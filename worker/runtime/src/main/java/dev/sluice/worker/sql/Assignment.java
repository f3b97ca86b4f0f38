package dev.sluice.worker.sql;

import dev.sluice.worker.sql.Token.Kind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One {@code column = value} of a statement. */
record Assignment(Token target, Expression value) {

  /** The column's name, in small letters. */
  String column() {
    return Objects.requireNonNull(target.name());
  }

  String sql() {
    return target.text() + " = " + value.sql();
  }

  /** Whether it gives the column a value from the task, whatever the column had before. */
  boolean sets() {
    return (value.parameters().findAny().isPresent() || value.has("VALUES"))
        && !valueWithoutInserted().mentions(column());
  }

  /**
   * What it adds to its column or takes from it: a parameter, or {@code VALUES(column)} as an empty
   * text; null when it does anything else.
   */
  @Nullable String summand() {
    List<Token> tokens = value.tokens();
    boolean sum =
        tokens.size() >= 3
            && column().equals(tokens.get(0).name())
            && (tokens.get(1).is("+") || tokens.get(1).is("-"));
    if (!sum) {
      return null;
    }
    if (tokens.size() == 3 && tokens.get(2).kind() == Kind.PARAMETER) {
      return tokens.get(2).text();
    }
    boolean inserted =
        tokens.size() == 6
            && tokens.get(2).is("VALUES")
            && tokens.get(3).is("(")
            && column().equals(tokens.get(4).name())
            && tokens.get(5).is(")");
    return inserted ? "" : null;
  }

  /** The value without each {@code VALUES(column)}, which is not the row's own. */
  private Expression valueWithoutInserted() {
    List<Token> tokens = value.tokens();
    for (int i = 0; i + 3 < tokens.size(); i++) {
      if (tokens.get(i).is("VALUES")) {
        Expression before = new Expression(tokens.subList(0, i));
        Expression after = new Expression(tokens.subList(i + 4, tokens.size()));
        return new Assignment(target, before.plus(after)).valueWithoutInserted();
      }
    }
    return value;
  }
}
