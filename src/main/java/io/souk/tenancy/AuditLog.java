package io.souk.tenancy;

import io.souk.identity.Accounts;
import io.souk.identity.Person;
import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Who did what in the organisation that is bound to the thread. Rows are never changed: requests may only add. */
@Component
public class AuditLog {
    /**
     * One deed, for a page.
     *
     * @param by who did it, in words
     * @param action as programs name it, as {@code key.created}
     */
    public record Entry(String by, String action, String subject, Instant at) {
        /** The action as people say it, as {@code Key created}. */
        public String words() {
            String words = action.replace('.', ' ').replace('-', ' ');
            return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
        }
    }

    private static final String PROGRAM = "A program";
    private static final String GONE = "A former member";

    private final EntityManager entities;
    private final JdbcClient system;
    private final Accounts accounts;
    private final Clock clock;

    AuditLog(EntityManager entities, @Qualifier("system") JdbcClient system, Accounts accounts, Clock clock) {
        this.entities = entities;
        this.system = system;
        this.accounts = accounts;
        this.clock = clock;
    }

    /**
     * Records a deed in the caller's transaction, so that there is never the one without the other.
     *
     * @param accountId who did it; null for a program or for Souk itself
     * @param action what was done, like {@code key.created}
     * @param subject to what, in words that mean something without looking them up; no secrets
     */
    @Transactional
    public void record(@Nullable UUID accountId, String action, String subject) {
        entities.persist(new AuditEntry(Ids.next(), accountId, action, subject, clock.instant()));
    }

    /** The newest deeds. @param most at most so many */
    @Transactional(readOnly = true)
    public List<Entry> newest(int most) {
        List<AuditEntry> entries = entities.createQuery(
                        "select e from AuditEntry e order by e.recordedAt desc, e.id desc", AuditEntry.class)
                .setMaxResults(most)
                .getResultList();
        Map<UUID, Person> people = accounts.findAll(entries.stream()
                .map(AuditEntry::accountId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        return entries.stream()
                .map(entry -> new Entry(
                        words(entry.accountId(), people), entry.action(), entry.subject(), entry.recordedAt()))
                .toList();
    }

    /** The newest deeds in any organisation, for whoever runs this Souk. @param most at most so many */
    public List<Entry> newestOf(TenantId tenant, int most) {
        return system.sql("""
            select l.account_id is null, a.name, l.action, l.subject, l.recorded_at
            from tenancy.audit_log l left join identity.accounts a on a.id = l.account_id
            where l.tenant_id = ? order by l.recorded_at desc, l.id desc limit ?\
            """)
                .params(tenant.value(), most)
                .query((row, _) -> new Entry(
                        row.getBoolean(1) ? PROGRAM : Objects.requireNonNullElse(row.getString(2), GONE),
                        row.getString(3),
                        row.getString(4),
                        row.getTimestamp(5).toInstant()))
                .list();
    }

    private static String words(@Nullable UUID accountId, Map<UUID, Person> people) {
        if (accountId == null) {
            return PROGRAM;
        }
        Person person = people.get(accountId);
        return person == null ? GONE : person.name();
    }
}
