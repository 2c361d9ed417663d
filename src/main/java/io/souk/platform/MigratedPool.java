package io.souk.platform;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** Connections to a database that has been migrated. */
class MigratedPool extends HikariDataSource {
    private final MigrationGate gate;

    MigratedPool(HikariConfig config, MigrationGate gate) {
        super(config);
        this.gate = gate;
    }

    @Override
    public Connection getConnection() throws SQLException {
        gate.pass();
        return super.getConnection();
    }
}
