package io.souk.access;

import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import io.souk.tenancy.AuditLog;
import io.souk.tenancy.Projects;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How much may be asked of gateways. An owner limits keys and projects, whoever runs this Souk limits organisations and
 * models. Connected gateways obey within a second.
 */
@Component
public class RateLimits {
    private final RateLimitRepository limits;
    private final ApiKeyRepository keys;
    private final Projects projects;
    private final AuditLog audit;
    private final JdbcClient system;
    private final Clock clock;

    RateLimits(
            RateLimitRepository limits,
            ApiKeyRepository keys,
            Projects projects,
            AuditLog audit,
            @Qualifier("system") JdbcClient system,
            Clock clock) {
        this.limits = limits;
        this.keys = keys;
        this.projects = projects;
        this.audit = audit;
        this.system = system;
        this.clock = clock;
    }

    /** The limits of a key or project of the organisation bound to the thread, or of the organisation itself. */
    @Transactional(readOnly = true)
    public Limits of(UUID subject) {
        return limits.findBySubjectId(subject).map(RateLimit::limits).orElse(Limits.NONE);
    }

    /**
     * Sets them, as the organisation bound to the thread.
     *
     * @param next {@link Limits#NONE} takes all limits away
     * @return false if the organisation has no such key or project; then nothing is changed
     */
    @Transactional
    public boolean set(Scope scope, UUID subject, Limits next, @Nullable UUID by) {
        if (!isOurs(scope, subject)) {
            return false;
        }
        RateLimit limit = limits.findBySubjectId(subject).orElse(null);
        if (next.isNone()) {
            if (limit != null) {
                limits.delete(limit);
            }
        } else {
            RateLimit changed = limit == null ? new RateLimit(Ids.next(), scope, subject) : limit;
            changed.set(next, by, clock.instant());
            limits.save(changed);
        }
        audit.record(by, "limits.set", scope.column() + " " + subject + ": " + words(next));
        return true;
    }

    private boolean isOurs(Scope scope, UUID subject) {
        return switch (scope) {
            case KEY -> keys.findById(subject).filter(key -> !key.isPortal()).isPresent();
            case PROJECT -> projects.find(subject).isPresent();
            case ORGANISATION -> Tenant.required().value().equals(subject);
            case MODEL -> false;
        };
    }

    private static String words(Limits limits) {
        return limits.isNone()
                ? "none"
                : limits.requestsPerMinute() + " requests and " + limits.tokensPerMinute() + " tokens per minute, "
                        + limits.concurrentCalls() + " calls at once (0: no limit)";
    }

    /** What each organisation may ask of a model. */
    public Limits ofModel(UUID offer) {
        return system.sql("select requests_per_minute, tokens_per_minute, concurrent_calls from access.model_limits "
                        + "where offer_id = ?")
                .param(offer)
                .query((row, _) -> new Limits(row.getLong(1), row.getLong(2), row.getInt(3)))
                .optional()
                .orElse(Limits.NONE);
    }

    /** Sets it, for whoever runs this Souk. @param next {@link Limits#NONE} takes all limits away */
    public void setOfModel(UUID offer, Limits next, UUID by) {
        if (next.isNone()) {
            system.sql("delete from access.model_limits where offer_id = ?")
                    .param(offer)
                    .update();
            return;
        }
        system.sql("""
            insert into access.model_limits
                (offer_id, requests_per_minute, tokens_per_minute, concurrent_calls, set_by, set_at)
            values (?, ?, ?, ?, ?, ?) on conflict (offer_id) do update set
                requests_per_minute = excluded.requests_per_minute,
                tokens_per_minute = excluded.tokens_per_minute,
                concurrent_calls = excluded.concurrent_calls,
                set_by = excluded.set_by,
                set_at = excluded.set_at\
            """)
                .params(
                        offer,
                        next.requestsPerMinute(),
                        next.tokensPerMinute(),
                        next.concurrentCalls(),
                        by,
                        Timestamp.from(clock.instant()))
                .update();
    }
}
