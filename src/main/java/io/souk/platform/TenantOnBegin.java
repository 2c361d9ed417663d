package io.souk.platform;

import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/** Tells PostgreSQL's row-level policies whose transaction this is, for its length only. */
class TenantOnBegin implements TransactionExecutionListener {
    private final JdbcClient jdbc;

    TenantOnBegin(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        if (failure == null) {
            jdbc.sql("select set_config('souk.tenant', ?, true)")
                    .param(Tenant.current().map(TenantId::toString).orElse(""))
                    .query(String.class)
                    .single();
        }
    }
}
