package io.souk.tenancy.web;

import io.souk.identity.Person;
import io.souk.kernel.TenantId;
import io.souk.platform.ShellContributor;
import io.souk.platform.ShellDraft;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.Membership;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Who is signed in, and the organisations to switch between, for the frame of every page. */
@Component
class PeopleShell implements ShellContributor {
    PeopleShell() {}

    @Override
    public void contribute(ShellDraft shell, HttpServletRequest request) {
        Person person = (Person) request.getAttribute(Person.class.getName());
        if (person == null || !person.verified()) {
            return;
        }
        shell.person(person.email(), person.name(), person.platformAdmin());
        Optional<CurrentMember> member = TenantFilter.current(request);
        Optional<TenantId> current = member.map(CurrentMember::tenant);
        for (Membership membership : TenantFilter.memberships(request)) {
            shell.organisation(
                    membership.tenant().toString(),
                    membership.organisation(),
                    current.filter(membership.tenant()::equals).isPresent());
        }
        member.ifPresent(found -> shell.role(found.role().name()));
    }
}
