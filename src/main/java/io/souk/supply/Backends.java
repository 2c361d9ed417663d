package io.souk.supply;

import io.souk.catalog.Availability;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.kernel.Ids;
import io.souk.platform.Names;
import io.souk.platform.Secrets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Where models run. Backends belong to the platform; a credential goes in and never comes out to a page. */
@Component
public class Backends implements Availability {
    private static final String SELECT = """
        select b.id, b.offer_id, b.name, b.base_url, b.dialect, b.upstream_model, b.credential, b.priority, b.weight,
               b.max_calls, b.enabled, h.state, h.since, h.checked_at, h.latency_ms, h.problem
        from supply.backends b left join supply.backend_health h on h.backend_id = b.id
        """;

    private final BackendRepository backends;
    private final Offers offers;
    private final BackendRoutes routes;
    private final AddressRule rule;
    private final Secrets secrets;
    private final JdbcClient jdbc;
    private final Clock clock;

    Backends(
            BackendRepository backends,
            Offers offers,
            BackendRoutes routes,
            AddressRule rule,
            Secrets secrets,
            JdbcClient jdbc,
            Clock clock) {
        this.backends = backends;
        this.offers = offers;
        this.routes = routes;
        this.rule = rule;
        this.secrets = secrets;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The backends of an offer, in the order in which they are asked. */
    @Transactional(readOnly = true)
    public List<BackendView> of(UUID offerId) {
        return jdbc.sql(SELECT + "where b.offer_id = ? order by b.priority, b.weight desc, b.created_at")
                .param(offerId)
                .query(Backends::view)
                .list();
    }

    /** Every backend of every offer, by offer. */
    @Transactional(readOnly = true)
    public List<BackendView> all() {
        return jdbc.sql(SELECT + "order by b.offer_id, b.priority, b.weight desc, b.created_at")
                .query(Backends::view)
                .list();
    }

    @Transactional(readOnly = true)
    public Optional<BackendView> find(UUID id) {
        return jdbc.sql(SELECT + "where b.id = ?")
                .param(id)
                .query(Backends::view)
                .optional();
    }

    /** What the probes ask: the enabled backends of every live offer. */
    List<BackendRoute> live() {
        return routes.of(offers.all().stream()
                .filter(OfferView::isLive)
                .map(OfferView::id)
                .toList());
    }

    /** The credential of one backend, to ask it on an admin's behalf. */
    @Transactional(readOnly = true)
    Optional<String> credential(UUID id) {
        return backends.findById(id)
                .flatMap(backend -> Optional.ofNullable(backend.cipherText()))
                .map(cipherText -> new String(secrets.open(cipherText, BackendRoutes.PURPOSE), StandardCharsets.UTF_8));
    }

    /**
     * Adds a backend to an offer, which has to be tested again before it may go live.
     *
     * @throws BackendRefused if a part of the draft cannot be, as an address that must not be called
     */
    @Transactional
    public BackendView add(UUID offerId, BackendDraft draft) {
        return write(new Backend(Ids.next(), offerId, clock.instant()), draft);
    }

    /**
     * Changes a backend; its offer has to be tested again before it may next go live.
     *
     * @return the backend, or empty if there is none with this id
     * @throws BackendRefused if a part of the draft cannot be; also if the address changed while the credential was to
     *     be kept, for whoever can edit an address could otherwise send the credential anywhere
     */
    @Transactional
    public Optional<BackendView> save(UUID id, BackendDraft draft) {
        return backends.findById(id).map(backend -> {
            checkCredential(backend, draft);
            return write(backend, draft);
        });
    }

    /**
     * Whether a draft could be saved.
     *
     * @param id of the backend that it would change, null where it would be a new one
     * @throws BackendRefused as {@link #add} and {@link #save} do
     */
    @Transactional(readOnly = true)
    void check(@Nullable UUID id, BackendDraft draft) {
        if (id != null) {
            backends.findById(id).ifPresent(backend -> checkCredential(backend, draft));
        }
        check(draft);
    }

    private static void checkCredential(Backend backend, BackendDraft draft) {
        URI present = URI.create(backend.baseUrl());
        if (draft.credential() == null
                && backend.cipherText() != null
                && !origin(present).equals(origin(draft.baseUrl()))) {
            throw new BackendRefused(
                    "credential",
                    "The credential was entered for " + origin(present)
                            + ". Enter the one for the new address, or choose to remove it.");
        }
    }

    private BackendView write(Backend backend, BackendDraft draft) {
        String baseUrl = check(draft);
        backend.write(draft, baseUrl);
        String credential = draft.credential();
        if (credential != null) {
            backend.seal(
                    credential.isBlank()
                            ? null
                            : secrets.seal(credential.strip().getBytes(StandardCharsets.UTF_8), BackendRoutes.PURPOSE));
        }
        Backend saved = backends.saveAndFlush(backend);
        jdbc.sql("delete from supply.backend_health where backend_id = ?")
                .param(saved.id())
                .update();
        offers.forgetTest(saved.offerId());
        return find(saved.id()).orElseThrow();
    }

    /** Removes a backend; its offer has to be tested again before it may next go live. */
    @Transactional
    public void remove(UUID id) {
        backends.findById(id).ifPresent(backend -> {
            backends.delete(backend);
            offers.forgetTest(backend.offerId());
        });
    }

    @Override
    @Transactional(readOnly = true)
    public Map<UUID, Availability.State> of(Collection<UUID> offerIds) {
        Map<UUID, Availability.State> states = new HashMap<>();
        jdbc.sql("""
            select b.offer_id, bool_or(h.state = 'up') as up, bool_or(h.state is null) as unknown
            from supply.backends b left join supply.backend_health h on h.backend_id = b.id
            where b.enabled and b.offer_id = any (?) group by b.offer_id\
            """).param(offerIds.toArray(UUID[]::new)).query(row -> {
            states.put(
                    row.getObject("offer_id", UUID.class),
                    row.getBoolean("up")
                            ? Availability.State.UP
                            : row.getBoolean("unknown") ? Availability.State.UNKNOWN : Availability.State.DOWN);
        });
        offerIds.forEach(id -> states.putIfAbsent(id, Availability.State.DOWN));
        return states;
    }

    private String check(BackendDraft draft) {
        Names.problem("A backend's name", draft.name()).ifPresent(problem -> {
            throw new BackendRefused("name", problem);
        });
        if (!Names.isPlain(draft.upstreamModel())) {
            throw new BackendRefused("upstreamModel", Names.NOT_PLAIN);
        }
        if (draft.upstreamModel().isBlank() || draft.upstreamModel().length() > 200) {
            throw new BackendRefused(
                    "upstreamModel", "Name the model as this server calls it, in 1 to 200 characters.");
        }
        if (draft.priority() < 1 || draft.priority() > 100) {
            throw new BackendRefused("priority", "A priority is a number from 1 to 100; 1 is asked first.");
        }
        if (draft.weight() < 1 || draft.weight() > 1000) {
            throw new BackendRefused("weight", "A weight is a number from 1 to 1000.");
        }
        Integer maxCalls = draft.maxCalls();
        if (maxCalls != null && (maxCalls < 1 || maxCalls > 100_000)) {
            throw new BackendRefused(
                    "maxCalls", "Calls at once are a number from 1 to 100000; leave it empty for the gateway's own.");
        }
        String credential = draft.credential();
        if (credential != null && !credential.strip().chars().allMatch(c -> c > 32 && c < 127)) {
            throw new BackendRefused(
                    "credential", "A credential is one line of ordinary characters without spaces, as keys are.");
        }
        if (rule.check(draft.baseUrl()) instanceof AddressRule.Refused(String reason)) {
            throw new BackendRefused("baseUrl", reason);
        }
        String baseUrl = draft.baseUrl().normalize().toString();
        while (baseUrl.endsWith("/")) {
            baseUrl = baseUrl.substring(0, baseUrl.length() - 1);
        }
        return baseUrl;
    }

    static String origin(URI uri) {
        return (uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT);
    }

    private static BackendView view(ResultSet row, int number) throws SQLException {
        String state = row.getString("state");
        BackendView.Health health = state == null
                ? BackendView.Health.UNKNOWN
                : new BackendView.Health(
                        BackendView.State.valueOf(state.toUpperCase(Locale.ROOT)),
                        instant(row.getTimestamp("since")),
                        instant(row.getTimestamp("checked_at")),
                        row.getObject("latency_ms", Integer.class),
                        row.getString("problem"));
        return new BackendView(
                row.getObject("id", UUID.class),
                row.getObject("offer_id", UUID.class),
                row.getString("name"),
                URI.create(row.getString("base_url")),
                row.getString("dialect"),
                row.getString("upstream_model"),
                row.getBytes("credential") != null,
                row.getInt("priority"),
                row.getInt("weight"),
                row.getObject("max_calls", Integer.class),
                row.getBoolean("enabled"),
                health);
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
