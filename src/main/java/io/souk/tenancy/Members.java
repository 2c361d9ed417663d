package io.souk.tenancy;

import io.souk.identity.Accounts;
import io.souk.identity.Person;
import io.souk.kernel.Tenant;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The members of the organisation that is bound to the thread. */
@Component
public class Members {
    private final OrganisationRepository organisations;
    private final MemberRepository members;
    private final Accounts accounts;
    private final AuditLog audit;
    private final Clock clock;

    Members(
            OrganisationRepository organisations,
            MemberRepository members,
            Accounts accounts,
            AuditLog audit,
            Clock clock) {
        this.organisations = organisations;
        this.members = members;
        this.accounts = accounts;
        this.audit = audit;
        this.clock = clock;
    }

    /** All, in the order in which they joined. */
    @Transactional(readOnly = true)
    public List<MemberView> list() {
        List<Member> all = members.findAllByOrderByJoinedAt();
        Map<UUID, Person> people =
                accounts.findAll(all.stream().map(Member::accountId).toList());
        return all.stream()
                .map(member -> view(member, Objects.requireNonNull(people.get(member.accountId()))))
                .toList();
    }

    /** Adds somebody; whoever is a member already stays as they are. */
    @Transactional
    void add(UUID accountId, MemberRole role) {
        if (members.findById(accountId).isEmpty()) {
            members.saveAndFlush(new Member(accountId, role, clock.instant()));
        }
    }

    /** Gives a member another role; it holds from their next request on. */
    @Transactional
    public MembershipChange changeRole(UUID accountId, MemberRole role, UUID by) {
        lock();
        Optional<Member> found = members.findById(accountId);
        if (found.isEmpty()) {
            return new MembershipChange.Unknown();
        }
        Member member = found.get();
        if (role != MemberRole.OWNER && isLastOwner(member)) {
            return new MembershipChange.LastOwner();
        }
        MemberView before = view(member);
        if (before.role() != role) {
            member.become(role);
            audit.record(
                    by,
                    "member.role-changed",
                    before.email() + ": " + before.role().label() + " to " + role.label());
        }
        return new MembershipChange.Done(view(member));
    }

    /** Removes a member, who loses access with their next request. */
    @Transactional
    public MembershipChange remove(UUID accountId, UUID by) {
        lock();
        Optional<Member> found = members.findById(accountId);
        if (found.isEmpty()) {
            return new MembershipChange.Unknown();
        }
        Member member = found.get();
        if (isLastOwner(member)) {
            return new MembershipChange.LastOwner();
        }
        MemberView gone = view(member);
        members.delete(member);
        audit.record(by, "member.removed", gone.email());
        return new MembershipChange.Done(gone);
    }

    private void lock() {
        if (organisations.findLockedById(Tenant.required().value()).isEmpty()) {
            throw new IllegalStateException("the organisation of the request is gone");
        }
    }

    private boolean isLastOwner(Member member) {
        return member.isOwner() && members.countByRole(MemberRole.OWNER.column()) == 1;
    }

    private MemberView view(Member member) {
        return view(member, accounts.find(member.accountId()).orElseThrow());
    }

    private static MemberView view(Member member, Person person) {
        return new MemberView(member.accountId(), person.email(), person.name(), member.role(), member.joinedAt());
    }
}
