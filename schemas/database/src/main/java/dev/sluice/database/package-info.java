/** Connection pools, migrations and SQL error classes for MySQL, MariaDB and H2. */
@NullMarked
package dev.sluice.database;

import org.jspecify.annotations.NullMarked;
