package io.souk.local;

import io.souk.platform.DatabaseAddress;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Without an address of an ordinary PostgreSQL, the program brings its own. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("'${souk.database.url:}'.isBlank()")
class LocalDatabase {
    @Bean(destroyMethod = "close")
    EmbeddedPostgres embeddedPostgres(LocalProperties properties, DataFolder folder) {
        return new EmbeddedPostgres(folder.path().resolve("postgres"));
    }

    @Bean
    DatabaseAddress embeddedDatabaseAddress(EmbeddedPostgres postgres) {
        return postgres.address();
    }
}
