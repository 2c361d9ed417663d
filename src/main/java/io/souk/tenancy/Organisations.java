package io.souk.tenancy;

import io.souk.identity.events.SignedInByProvider;
import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.platform.Names;
import io.souk.tenancy.events.OrganisationCreated;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** All organisations. An organisation is a tenant: it owns keys, subscriptions, calls and a balance. */
@Component
public class Organisations {
    private final OrganisationRepository organisations;
    private final MemberRepository members;
    private final ProjectRepository projects;
    private final AuditLog audit;
    private final TransactionTemplate transactions;
    private final JdbcClient system;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Organisations(
            OrganisationRepository organisations,
            MemberRepository members,
            ProjectRepository projects,
            AuditLog audit,
            TransactionTemplate transactions,
            @Qualifier("system") JdbcClient system,
            ApplicationEventPublisher events,
            Clock clock) {
        this.organisations = organisations;
        this.members = members;
        this.projects = projects;
        this.audit = audit;
        this.transactions = transactions;
        this.system = system;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Makes an organisation with a project "Default". Opens a transaction of its own as the new tenant, so it must not be
     * called inside one.
     *
     * @param name 1 to 100 characters
     * @param owner the account that owns it
     */
    public TenantId create(String name, UUID owner) {
        return create(name, () -> owner);
    }

    /** The same, where the owner's account is made in the same transaction: there is both or neither. */
    public TenantId create(String name, Supplier<UUID> owner) {
        TenantId tenant = new TenantId(Ids.next());
        Tenant.run(
                tenant,
                () -> transactions.executeWithoutResult(_ -> {
                    UUID accountId = owner.get();
                    organisations.saveAndFlush(new Organisation(tenant.value(), name.strip(), clock.instant()));
                    members.saveAndFlush(new Member(accountId, MemberRole.OWNER, clock.instant()));
                    projects.saveAndFlush(new Project(Ids.next(), "Default", clock.instant()));
                    audit.record(accountId, "organisation.created", name.strip());
                    events.publishEvent(new OrganisationCreated(tenant, name.strip(), accountId));
                }));
        return tenant;
    }

    @EventListener
    void on(SignedInByProvider event) {
        create(Names.shortened(event.name(), 85) + "'s organisation", event.accountId());
    }

    /** The organisation that is bound to the thread. */
    @Transactional(readOnly = true)
    public OrganisationView current() {
        return organisations.findById(Tenant.required().value()).orElseThrow().view();
    }

    /** Gives the organisation that is bound to the thread another name. @param name 1 to 100 characters */
    @Transactional
    public void rename(String name, UUID by) {
        Organisation organisation =
                organisations.findLockedById(Tenant.required().value()).orElseThrow();
        String before = organisation.view().name();
        organisation.rename(name.strip());
        audit.record(by, "organisation.renamed", before + " to " + name.strip());
    }

    /** Any organisation, for jobs and administration. */
    public Optional<OrganisationView> find(TenantId tenant) {
        return system.sql("select id, name, created_at from tenancy.organisations where id = ?")
                .param(tenant.value())
                .query((row, _) -> new OrganisationView(
                        new TenantId(row.getObject(1, UUID.class)),
                        row.getString(2),
                        row.getTimestamp(3).toInstant()))
                .optional();
    }

    /** The organisations that somebody is a member of, the oldest membership first; read anew at every call. */
    public List<Membership> of(UUID accountId) {
        return system.sql("select m.tenant_id, o.name, m.role from tenancy.members m "
                        + "join tenancy.organisations o on o.id = m.tenant_id "
                        + "where m.account_id = ? order by m.joined_at, m.tenant_id")
                .param(accountId)
                .query((row, _) -> new Membership(
                        new TenantId(row.getObject(1, UUID.class)),
                        row.getString(2),
                        MemberRole.ofColumn(row.getString(3))))
                .list();
    }

    /**
     * All organisations for whoever runs this Souk, the newest first.
     *
     * @param search a part of the name, of a member's e-mail address, or the id; empty for all
     */
    public List<OrganisationOverview> overview(String search, int most, int skip) {
        return system.sql("""
            select o.id, o.name, o.created_at,
                   (select count(*) from tenancy.members m where m.tenant_id = o.id),
                   (select a.email from tenancy.members m join identity.accounts a on a.id = m.account_id
                    where m.tenant_id = o.id and m.role = 'owner' order by m.joined_at limit 1)
            from tenancy.organisations o
            where position(:search in lower(o.name)) > 0 or o.id::text = :search
               or exists (select from tenancy.members m join identity.accounts a on a.id = m.account_id
                          where m.tenant_id = o.id and position(:search in a.email) > 0)
            order by o.created_at desc, o.id desc limit :most offset :skip\
            """)
                .param("search", search.strip().toLowerCase(Locale.ROOT))
                .param("most", most)
                .param("skip", skip)
                .query((row, _) -> new OrganisationOverview(
                        new TenantId(row.getObject(1, UUID.class)),
                        row.getString(2),
                        row.getTimestamp(3).toInstant(),
                        row.getInt(4),
                        Objects.requireNonNullElse(row.getString(5), "")))
                .list();
    }

    /** What these organisations are called, for whoever runs this Souk; those that do not exist are left out. */
    public Map<TenantId, String> names(Collection<TenantId> tenants) {
        Map<TenantId, String> names = new HashMap<>();
        system.sql("select id, name from tenancy.organisations where id = any (?)")
                .param(tenants.stream().map(TenantId::value).toArray(UUID[]::new))
                .query(row -> {
                    names.put(new TenantId(row.getObject(1, UUID.class)), row.getString(2));
                });
        return names;
    }

    /** The members of any organisation, for whoever runs this Souk, in the order in which they joined. */
    public List<MemberView> membersOf(TenantId tenant) {
        return system.sql("""
            select a.id, a.email, a.name, m.role, m.joined_at
            from tenancy.members m join identity.accounts a on a.id = m.account_id
            where m.tenant_id = ? order by m.joined_at, a.id limit 500\
            """)
                .param(tenant.value())
                .query((row, _) -> new MemberView(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getString(3),
                        MemberRole.ofColumn(row.getString(4)),
                        row.getTimestamp(5).toInstant()))
                .list();
    }

    /**
     * Everybody who has an account, for whoever runs this Souk, the newest first.
     *
     * @param search a part of the name or the e-mail address; empty for all
     */
    public List<PersonOverview> people(String search, int most, int skip) {
        return system.sql("""
            select a.id, a.email, a.name, a.verified_at is not null, a.platform_admin, a.created_at,
                   (select count(*) from tenancy.members m where m.account_id = a.id),
                   (select o.id from tenancy.members m join tenancy.organisations o on o.id = m.tenant_id
                    where m.account_id = a.id order by m.joined_at, o.id limit 1),
                   (select o.name from tenancy.members m join tenancy.organisations o on o.id = m.tenant_id
                    where m.account_id = a.id order by m.joined_at, o.id limit 1)
            from identity.accounts a
            where position(:search in a.email) > 0 or position(:search in lower(a.name)) > 0
            order by a.created_at desc, a.id desc limit :most offset :skip\
            """)
                .param("search", search.strip().toLowerCase(Locale.ROOT))
                .param("most", most)
                .param("skip", skip)
                .query((row, _) -> new PersonOverview(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getTimestamp(6).toInstant(),
                        row.getInt(7),
                        row.getObject(8, UUID.class),
                        row.getString(9)))
                .list();
    }
}
