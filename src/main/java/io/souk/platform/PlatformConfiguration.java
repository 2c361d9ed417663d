package io.souk.platform;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.cfg.PersistenceSettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DatabaseProperties.class, PortalAddress.class, ProcessProperties.class})
@EnableScheduling
class PlatformConfiguration {
    /** More than there are kinds of servers that scheduled work waits for. */
    static final int WORKERS = 6;

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    /**
     * Runs what is scheduled. Boot's own, on virtual threads, gives everything with a fixed delay the same one thread, so
     * that a mail server that hangs would hold up payments.
     */
    @Bean
    ThreadPoolTaskScheduler taskScheduler() {
        ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
        scheduler.setPoolSize(WORKERS);
        scheduler.setThreadNamePrefix("work-");
        scheduler.setWaitForTasksToCompleteOnShutdown(true);
        scheduler.setAwaitTerminationSeconds(5);
        return scheduler;
    }

    @Bean
    @ConditionalOnExpression("!'${souk.database.url:}'.isBlank()")
    DatabaseAddress databaseAddress(DatabaseProperties properties) {
        return properties.address();
    }

    @Bean
    MigrationGate migrationGate() {
        return new MigrationGate();
    }

    @Bean
    @Primary
    HikariDataSource dataSource(DatabaseAddress address, DatabaseProperties properties, MigrationGate gate) {
        return pool("souk-app", address, address.app(), properties.poolSize(), gate);
    }

    @Bean(defaultCandidate = false)
    @Qualifier("system")
    HikariDataSource systemDataSource(DatabaseAddress address, DatabaseProperties properties, MigrationGate gate) {
        return pool("souk-system", address, address.system(), properties.systemPoolSize(), gate);
    }

    private static HikariDataSource pool(
            String name, DatabaseAddress address, DatabaseAddress.Login login, int size, MigrationGate gate) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(address.url());
        config.setUsername(login.username());
        config.setPassword(login.password());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(2, size));
        config.setConnectionTimeout(5_000);
        config.addDataSourceProperty("ApplicationName", name);
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        return new MigratedPool(config, gate);
    }

    /** Migrations run as the owner, which nothing else does. */
    @Bean
    FlywayConnectionDetails flywayConnectionDetails(DatabaseAddress address) {
        return new OwnerConnection(address.url(), address.owner());
    }

    private record OwnerConnection(String url, DatabaseAddress.Login login) implements FlywayConnectionDetails {
        @Override
        public String getJdbcUrl() {
            return url;
        }

        @Override
        public String getUsername() {
            return login.username();
        }

        @Override
        public String getPassword() {
            return login.password();
        }

        @Override
        public String getDriverClassName() {
            return "org.postgresql.Driver";
        }
    }

    /** The policies name the roles, and an operator may have named the roles differently. */
    @Bean
    FlywayConfigurationCustomizer roleNames(DatabaseAddress address) {
        return flyway -> flyway.placeholders(Map.of(
                "app", address.app().username(), "system", address.system().username()));
    }

    /** What may be refused, a role or a password, is refused at once; the migrations themselves run beside the start. */
    @Bean
    FlywayMigrationStrategy migrations(
            DatabaseAddress address,
            DataSource dataSource,
            @Qualifier("system") DataSource system,
            MigrationGate gate) {
        RoleGuard roles = new RoleGuard(address, dataSource, system);
        return flyway -> {
            roles.check();
            JdbcClient.create(flyway.getConfiguration().getDataSource())
                    .sql("select 1")
                    .query()
                    .singleValue();
            gate.migrate(() -> new MigrationOrder().migrate(flyway));
        };
    }

    @Bean
    HibernatePropertiesCustomizer tenantColumn() {
        return properties -> properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new TenantColumn());
    }

    /** Where this is asked for, Hibernate begins to start; the one that Spring has is not found before it has begun. */
    @Bean
    @Primary
    EntityManager entityManager(EntityManagerFactory factory) {
        return SharedEntityManagerCreator.createSharedEntityManager(factory);
    }

    @Bean
    HibernatePropertiesCustomizer noScan() {
        return properties -> properties.put(PersistenceSettings.SCANNER, new NoScan());
    }

    /** Fills and filters {@code @TenantId} columns; the nil UUID, which no tenant has, where none is bound. */
    private static class TenantColumn implements CurrentTenantIdentifierResolver<UUID> {
        @Override
        public UUID resolveCurrentTenantIdentifier() {
            return io.souk.kernel.Tenant.current()
                    .map(io.souk.kernel.TenantId::value)
                    .orElse(io.souk.kernel.Ids.NIL);
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return true;
        }
    }

    @Bean
    TenantOnBegin tenantOnBegin(DataSource dataSource) {
        return new TenantOnBegin(JdbcClient.create(dataSource));
    }

    @Bean
    @Primary
    PlatformTransactionManager transactionManager(TenantOnBegin tenantOnBegin) {
        JpaTransactionManager manager = new JpaTransactionManager();
        manager.addListener(tenantOnBegin);
        manager.setDefaultTimeout(30);
        return manager;
    }

    @Bean(defaultCandidate = false)
    @Qualifier("system")
    PlatformTransactionManager systemTransactionManager(@Qualifier("system") DataSource system) {
        JdbcTransactionManager manager = new JdbcTransactionManager(system);
        manager.setDefaultTimeout(30);
        return manager;
    }

    @Bean
    @Primary
    TransactionTemplate transactions(PlatformTransactionManager transactionManager) {
        return new TransactionTemplate(transactionManager);
    }

    @Bean(defaultCandidate = false)
    @Qualifier("system")
    TransactionTemplate systemTransactions(@Qualifier("system") PlatformTransactionManager system) {
        return new TransactionTemplate(system);
    }

    @Bean
    @Primary
    JdbcClient jdbcClient(DataSource dataSource) {
        return JdbcClient.create(dataSource);
    }

    /** Sees every tenant, through the policies made for it: for jobs and administration, never for a customer's page. */
    @Bean(defaultCandidate = false)
    @Qualifier("system")
    JdbcClient systemJdbcClient(@Qualifier("system") DataSource system) {
        return JdbcClient.create(system);
    }
}
