package dev.sluice.worker.sql;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;

/** What an argument of a task must be, and what the database gets. */
public enum SqlType {
  /** Text. */
  STRING {
    @Override
    Object read(JsonNode node) {
      return text(node, "a string");
    }
  },
  /** A whole number of 64 bits. */
  LONG {
    @Override
    Object read(JsonNode node) {
      if (!node.isIntegralNumber() || !node.canConvertToLong()) {
        throw new IllegalArgumentException("must be a whole number of 64 bits, is " + clip(node));
      }
      return node.longValue();
    }
  },
  /** A floating-point number, rounded to 64 bits. */
  DOUBLE {
    @Override
    Object read(JsonNode node) {
      try {
        if (node.isNumber() && Double.isFinite(node.doubleValue())) {
          return node.doubleValue();
        }
      } catch (JsonNodeException e) {
        throw new IllegalArgumentException("must be a finite number, is " + clip(node), e);
      }
      throw new IllegalArgumentException("must be a finite number, is " + clip(node));
    }
  },
  /** A decimal number, kept exactly; also as text, as Python sends it. */
  DECIMAL {
    @Override
    Object read(JsonNode node) {
      try {
        if (node.isNumber() || node.isString()) {
          BigDecimal value =
              node.isNumber() ? node.decimalValue() : new BigDecimal(node.stringValue());
          // Written out with every zero on its way to the server.
          if (Math.abs((long) value.scale()) <= MOST_DIGITS && value.precision() <= MOST_DIGITS) {
            return value;
          }
        }
      } catch (JsonNodeException | NumberFormatException e) {
        throw new IllegalArgumentException("must be a decimal number, is " + clip(node), e);
      }
      throw new IllegalArgumentException(
          "must be a decimal number of at most " + MOST_DIGITS + " digits, is " + clip(node));
    }
  },
  /** True or false. */
  BOOLEAN {
    @Override
    Object read(JsonNode node) {
      if (!node.isBoolean()) {
        throw new IllegalArgumentException("must be true or false, is " + clip(node));
      }
      return node.booleanValue();
    }
  },
  /** An ISO 8601 date and time with its zone, stored in UTC, to the microsecond. */
  INSTANT {
    @Override
    Object read(JsonNode node) {
      String text = text(node, "a date and time");
      try {
        return MICROS.format(OffsetDateTime.parse(text));
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "must be a date and time with its zone such as 2026-01-31T12:00:00Z, is " + clip(node),
            e);
      }
    }
  },
  /** A date, {@code yyyy-mm-dd}. */
  DATE {
    @Override
    Object read(JsonNode node) {
      String text = text(node, "a date");
      try {
        return LocalDate.parse(text);
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "must be a date such as 2026-01-31, is " + clip(node), e);
      }
    }
  },
  /** Any JSON, stored as its text. */
  JSON {
    @Override
    Object read(JsonNode node) {
      return node.toString();
    }
  },
  /** Bytes, given as base64. */
  BYTES {
    @Override
    Object read(JsonNode node) {
      String text = text(node, "base64");
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("must be base64: " + e.getMessage(), e);
      }
    }
  };

  /** Bound as text: towards MariaDB before 11 MySQL's driver cuts the fraction off a time. */
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int MOST_DIGITS = 100;
  private static final int CLIP = 60;

  /**
   * The value for the database.
   *
   * @throws IllegalArgumentException saying what it must be
   */
  abstract Object read(JsonNode node);

  /** Whether values of it can be summed without a loss. */
  boolean sums() {
    return this == LONG || this == DECIMAL;
  }

  private static String text(JsonNode node, String what) {
    if (!node.isString()) {
      throw new IllegalArgumentException("must be " + what + " in quotes, is " + clip(node));
    }
    return node.stringValue();
  }

  private static String clip(JsonNode node) {
    String text = node.toString();
    return text.length() <= CLIP ? text : text.substring(0, CLIP) + "...";
  }
}
