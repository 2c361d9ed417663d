package io.souk.local;

import io.souk.platform.DatabaseAddress;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Without an address of an ordinary PostgreSQL, the program brings its own. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("'${souk.database.url:}'.isBlank()")
class LocalDatabase {
    static boolean isEmbedded(Environment environment) {
        return environment.getProperty("souk.database.url", "").isBlank();
    }

    @Bean
    DatabaseAddress embeddedDatabaseAddress(PostgresStart start) {
        return start.await().address();
    }
}
