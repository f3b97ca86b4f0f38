package dev.sluice.worker.sql;

import dev.sluice.worker.sql.SqlStatement.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the statements that a task may run, and refuses every other one. */
final class StatementParser {
  /** They would make a statement write, read or wait for more than the rows it names. */
  private static final Set<String> REFUSED =
      Set.of("SELECT", "UNION", "JOIN", "LIMIT", "ORDER", "RETURNING", "INTO", "SLEEP", "SET");

  private static final String KINDS =
      "a task runs an INSERT ... VALUES, an UPDATE or a DELETE of one table";

  private final List<Token> tokens;
  private int at;

  private StatementParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads a statement.
   *
   * @throws IllegalArgumentException saying what is not understood
   */
  static SqlStatement parse(String text) {
    return new StatementParser(Tokenizer.tokens(text)).statement();
  }

  private SqlStatement statement() {
    if (takes("INSERT")) {
      return insert();
    }
    if (takes("UPDATE")) {
      return update();
    }
    if (takes("DELETE")) {
      return delete();
    }
    throw new IllegalArgumentException(
        (tokens.isEmpty() ? "it is empty; " : "it begins with " + tokens.get(0) + "; ") + KINDS);
  }

  private SqlStatement insert() {
    refuse("IGNORE", "hides what is wrong with a value; use ON DUPLICATE KEY UPDATE id = id");
    expect("INTO");
    String table = table();
    if (!sees("(")) {
      throw new IllegalArgumentException("the columns are not named; write " + table + " (a, b)");
    }
    List<Token> columns = new ArrayList<>();
    expect("(");
    do {
      columns.add(name("a column"));
    } while (takes(","));
    expect(")");
    expect("VALUES");
    expect("(");
    List<Expression> row = new ArrayList<>();
    do {
      row.add(expression(List.of()));
    } while (takes(","));
    expect(")");
    if (row.size() != columns.size()) {
      throw new IllegalArgumentException(
          "it has " + columns.size() + " columns and " + row.size() + " values");
    }
    if (sees(",")) {
      throw new IllegalArgumentException(
          "it has more than one row; a task is one, batches are made of them");
    }
    List<Assignment> updates = List.of();
    if (takes("ON")) {
      expect("DUPLICATE");
      expect("KEY");
      expect("UPDATE");
      updates = assignments(List.of());
    }
    expectEnd();
    return new SqlStatement(Kind.INSERT, table, columns, row, updates, null);
  }

  private SqlStatement update() {
    refuse("IGNORE", "hides what is wrong with a value; leave it out");
    String table = table();
    expect("SET");
    List<Assignment> assignments = assignments(List.of("WHERE"));
    Expression condition = condition("UPDATE");
    return new SqlStatement(Kind.UPDATE, table, List.of(), List.of(), assignments, condition);
  }

  private SqlStatement delete() {
    expect("FROM");
    String table = table();
    Expression condition = condition("DELETE");
    return new SqlStatement(Kind.DELETE, table, List.of(), List.of(), List.of(), condition);
  }

  private Expression condition(String verb) {
    if (at == tokens.size()) {
      throw new IllegalArgumentException(
          "the " + verb + " has no WHERE; say which rows a task means");
    }
    expect("WHERE");
    Expression condition = expression(List.of());
    expectEnd();
    return condition;
  }

  private List<Assignment> assignments(List<String> ends) {
    List<Assignment> assignments = new ArrayList<>();
    do {
      Token target = name("a column");
      expect("=");
      assignments.add(new Assignment(target, expression(ends)));
    } while (takes(","));
    return assignments;
  }

  /** Up to a comma, a closing bracket or an ending word that is not within brackets. */
  private Expression expression(List<String> ends) {
    int start = at;
    int depth = 0;
    while (at < tokens.size()) {
      Token token = tokens.get(at);
      if (depth == 0 && (token.is(",") || token.is(")") || ends.stream().anyMatch(token::is))) {
        break;
      }
      REFUSED.stream()
          .filter(token::is)
          .findAny()
          .ifPresent(
              word -> {
                throw new IllegalArgumentException(word + " is not allowed; " + KINDS);
              });
      if (token.is("VALUES") && at > start && bracket(at - 1) && !function(at - 2)) {
        throw new IllegalArgumentException(
            "(VALUES ...) is a table to some servers; write VALUES(column) without brackets");
      }
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      at++;
    }
    if (depth != 0) {
      throw new IllegalArgumentException("a '(' has no ')'");
    }
    if (at == start) {
      throw unexpected("a value");
    }
    return new Expression(tokens.subList(start, at));
  }

  private boolean bracket(int place) {
    return tokens.get(place).is("(");
  }

  private boolean function(int place) {
    return tokens.get(place).kind() == Token.Kind.WORD;
  }

  private String table() {
    String table = name("a table").text();
    return takes(".") ? table + "." + name("a table").text() : table;
  }

  private Token name(String what) {
    if (at == tokens.size() || tokens.get(at).name() == null) {
      throw unexpected(what);
    }
    return tokens.get(at++);
  }

  private void refuse(String word, String why) {
    if (sees(word)) {
      throw new IllegalArgumentException(word + " " + why);
    }
  }

  private boolean sees(String word) {
    return at < tokens.size() && tokens.get(at).is(word);
  }

  private boolean takes(String word) {
    boolean there = sees(word);
    at += there ? 1 : 0;
    return there;
  }

  private void expect(String word) {
    if (!takes(word)) {
      throw unexpected(word);
    }
  }

  private void expectEnd() {
    if (at < tokens.size()) {
      throw unexpected("the end");
    }
  }

  private IllegalArgumentException unexpected(String wanted) {
    String found = at == tokens.size() ? "its end" : "'" + tokens.get(at) + "'";
    String before = at == 0 ? "" : " behind '" + tokens.get(at - 1) + "'";
    return new IllegalArgumentException(
        "there is " + found + before + " where " + wanted + " should be; " + KINDS);
  }
}
