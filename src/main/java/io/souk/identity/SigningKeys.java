package io.souk.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.souk.kernel.Ids;
import io.souk.platform.Secrets;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The key that signs tokens: made once, shared by all processes, kept encrypted. Read or made when it is first needed. If
 * the key for secrets at rest was lost, a new one is made; tokens of the old one then end, people stay signed in.
 */
@Component
class SigningKeys implements JWKSource<SecurityContext> {
    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);
    private static final String PURPOSE = "token-signing-key";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Secrets secrets;
    private final Clock clock;
    private volatile @Nullable JWKSet keys;

    SigningKeys(
            @Qualifier("system") JdbcClient jdbc,
            @Qualifier("system") TransactionTemplate transactions,
            Secrets secrets,
            Clock clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        return selector.select(keys());
    }

    private JWKSet keys() {
        JWKSet known = keys;
        if (known == null) {
            synchronized (this) {
                known = keys;
                if (known == null) {
                    RSAKey key = Objects.requireNonNull(transactions.execute(_ -> readOrMake()));
                    known = new JWKSet(List.of(key));
                    keys = known;
                }
            }
        }
        return known;
    }

    private RSAKey readOrMake() {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('identity.signing_keys', 0))")
                .query((row, _) -> "")
                .single();
        return jdbc.sql("select id, sealed from identity.signing_keys order by created_at desc limit 1")
                .query((row, _) -> open(row.getObject(1, UUID.class), row.getBytes(2)))
                .optional()
                .flatMap(key -> key)
                .orElseGet(this::make);
    }

    private Optional<RSAKey> open(UUID id, byte[] sealed) {
        try {
            return Optional.of(RSAKey.parse(new String(secrets.open(sealed, PURPOSE), StandardCharsets.UTF_8)));
        } catch (RuntimeException | ParseException e) {
            log.warn(
                    "The key {} that signs tokens cannot be decrypted, because the key for secrets at rest is another "
                            + "one now. A new one is made; programs must get new tokens.",
                    id);
            return Optional.empty();
        }
    }

    private RSAKey make() {
        try {
            UUID id = Ids.next();
            RSAKey key = new RSAKeyGenerator(2048)
                    .keyID(id.toString())
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
            byte[] sealed = secrets.seal(key.toJSONString().getBytes(StandardCharsets.UTF_8), PURPOSE);
            jdbc.sql("insert into identity.signing_keys (id, sealed, created_at) values (?, ?, ?)")
                    .params(id, sealed, Timestamp.from(clock.instant()))
                    .update();
            return key;
        } catch (JOSEException e) {
            throw new IllegalStateException("No key for signing tokens could be made", e);
        }
    }
}
