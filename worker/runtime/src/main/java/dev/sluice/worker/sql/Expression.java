package dev.sluice.worker.sql;

import dev.sluice.worker.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value or a condition in a statement.
 *
 * @param tokens at least one
 */
record Expression(List<Token> tokens) {

  Expression {
    tokens = List.copyOf(tokens);
  }

  static Expression of(String text) {
    return new Expression(Tokenizer.tokens(text));
  }

  /** This one and what follows it. */
  Expression plus(Expression next) {
    List<Token> all = new ArrayList<>(tokens);
    all.addAll(next.tokens);
    return new Expression(all);
  }

  /** The same with a blank before it. */
  Expression spaced() {
    return spaced(true);
  }

  /** The same without a blank before it. */
  Expression unspaced() {
    return spaced(false);
  }

  private Expression spaced(boolean spaced) {
    List<Token> changed = new ArrayList<>(tokens);
    changed.set(0, new Token(tokens.get(0).kind(), tokens.get(0).text(), spaced));
    return new Expression(changed);
  }

  String sql() {
    return tokens.stream().map(Token::sql).collect(Collectors.joining()).strip();
  }

  /** As it was written, but for comments. */
  String text() {
    return tokens.stream()
        .map(token -> (token.spaced() ? " " : "") + token)
        .collect(Collectors.joining())
        .strip();
  }

  /** Names of its parameters, in order, each as often as it occurs. */
  Stream<String> parameters() {
    return tokens.stream().filter(token -> token.kind() == Kind.PARAMETER).map(Token::text);
  }

  /** The parameter that it is; null when it is anything else. */
  @Nullable String parameter() {
    return tokens.size() == 1 && tokens.get(0).kind() == Kind.PARAMETER
        ? tokens.get(0).text()
        : null;
  }

  /** Whether it reads a column, or calls a function of that name. */
  boolean mentions(String column) {
    return tokens.stream().anyMatch(token -> column.equals(token.name()));
  }

  boolean has(String keywordOrSymbol) {
    return tokens.stream().anyMatch(token -> token.is(keywordOrSymbol));
  }
}
