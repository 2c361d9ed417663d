package io.souk.tenancy;

import io.souk.identity.Accounts;
import io.souk.identity.Person;
import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.platform.PortalAddress;
import io.souk.tenancy.events.InvitationSent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Invitations to organisations: a mailed link that works once, for seven days, for the address that it was sent to. */
@Component
public class Invitations {
    private static final Duration LIFE = Duration.ofDays(7);
    /** How many may be open in one organisation at a time. */
    static final int MOST_OPEN = 100;

    private record Found(UUID id, TenantId tenant) {}

    private final InvitationRepository invitations;
    private final Organisations organisations;
    private final Members members;
    private final Accounts accounts;
    private final AuditLog audit;
    private final PortalAddress portal;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transactions;
    private final JdbcClient system;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Invitations(
            InvitationRepository invitations,
            Organisations organisations,
            Members members,
            Accounts accounts,
            AuditLog audit,
            PortalAddress portal,
            ApplicationEventPublisher events,
            TransactionTemplate transactions,
            @Qualifier("system") JdbcClient system,
            Clock clock) {
        this.invitations = invitations;
        this.organisations = organisations;
        this.members = members;
        this.accounts = accounts;
        this.audit = audit;
        this.portal = portal;
        this.events = events;
        this.transactions = transactions;
        this.system = system;
        this.clock = clock;
    }

    /** Those of the bound organisation that still work, the newest first. */
    @Transactional(readOnly = true)
    public List<InvitationView> open() {
        Instant now = clock.instant();
        return invitations.findAllUndecided().stream()
                .filter(invitation -> invitation.isOpen(now))
                .map(Invitation::view)
                .toList();
    }

    /**
     * Invites somebody to the bound organisation; the link goes to their address and nowhere else. An earlier invitation of
     * the same address ends.
     *
     * @return empty if a hundred are open already, or the address is a member's
     */
    @Transactional
    public Optional<InvitationView> invite(String email, MemberRole role, Person by) {
        String address = Accounts.normal(email);
        Instant now = clock.instant();
        List<Invitation> undecided = invitations.findAllUndecided();
        boolean member = members.list().stream().anyMatch(one -> one.email().equals(address));
        if (member || undecided.stream().filter(one -> one.isOpen(now)).count() >= MOST_OPEN) {
            return Optional.empty();
        }
        undecided.stream().filter(one -> one.email().equals(address)).forEach(one -> one.revoke(now));
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Invitation invitation = invitations.saveAndFlush(
                new Invitation(Ids.next(), address, role, hash(token), by.accountId(), now, now.plus(LIFE)));
        audit.record(by.accountId(), "invitation.sent", address + " as " + role.label());
        events.publishEvent(new InvitationSent(
                address,
                organisations.current().name(),
                by.name(),
                role.label(),
                portal.page("/invitations/" + token),
                now.plus(LIFE)));
        return Optional.of(invitation.view());
    }

    /** Ends an open invitation of the bound organisation; its link stops working at once. */
    @Transactional
    public boolean revoke(UUID id, UUID by) {
        Optional<Invitation> open = invitations.findLockedById(id).filter(one -> one.isOpen(clock.instant()));
        open.ifPresent(invitation -> {
            invitation.revoke(clock.instant());
            audit.record(by, "invitation.revoked", invitation.email());
        });
        return open.isPresent();
    }

    /** What the holder of a link is invited to, while it works. Needs no tenant. */
    public Optional<InvitationOffer> offer(String token) {
        return find(token)
                .flatMap(found -> Tenant.get(
                        found.tenant(),
                        () -> Objects.requireNonNull(transactions.execute(_ -> invitations
                                .findLockedById(found.id())
                                .filter(invitation -> invitation.isOpen(clock.instant()))
                                .map(invitation -> new InvitationOffer(
                                        found.tenant(),
                                        organisations.current().name(),
                                        invitation.email(),
                                        invitation.role()))))));
    }

    /**
     * Makes somebody a member by the link that they hold. Opens a transaction of its own as the organisation.
     *
     * @return the organisation, or empty if the link no longer works or was sent to another address
     */
    public Optional<TenantId> accept(String token, Person person) {
        return find(token)
                .flatMap(found -> Tenant.get(
                        found.tenant(),
                        () -> Objects.requireNonNull(transactions.execute(_ -> redeem(found, person)))));
    }

    /**
     * The same for somebody without an account: makes one, whose address counts as proved, as the link came there.
     *
     * @throws io.souk.identity.EmailTaken if the address has an account; nothing is changed then
     */
    public Optional<TenantId> acceptAsNewPerson(String token, String name, String password) {
        return find(token)
                .flatMap(found -> Tenant.get(
                        found.tenant(),
                        () -> Objects.requireNonNull(transactions.execute(_ -> invitations
                                .findLockedById(found.id())
                                .filter(invitation -> invitation.isOpen(clock.instant()))
                                .flatMap(invitation -> redeem(
                                        found, accounts.create(invitation.email(), password, name, false, true)))))));
    }

    private Optional<TenantId> redeem(Found found, Person person) {
        Instant now = clock.instant();
        return invitations
                .findLockedById(found.id())
                .filter(invitation ->
                        invitation.isOpen(now) && invitation.email().equals(person.email()))
                .map(invitation -> {
                    invitation.accept(now);
                    members.add(person.accountId(), invitation.role());
                    audit.record(person.accountId(), "invitation.accepted", person.email());
                    return found.tenant();
                });
    }

    private Optional<Found> find(String token) {
        return system.sql("select id, tenant_id from tenancy.invitations where token_hash = ?")
                .param(hash(token))
                .query((row, _) -> new Found(row.getObject(1, UUID.class), new TenantId(row.getObject(2, UUID.class))))
                .optional();
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
