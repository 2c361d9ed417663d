package io.souk.tenancy;

import io.souk.kernel.TenantId;
import java.util.UUID;

/**
 * Whoever makes the request, as a member of the organisation that it is for. Handlers take it as a parameter: nullable
 * where a visitor may come; where it is not, the request goes to the sign-in first.
 */
public record CurrentMember(
        UUID accountId,
        String email,
        String name,
        TenantId tenant,
        String organisation,
        MemberRole role,
        boolean platformAdmin) {
    public boolean isOwner() {
        return role == MemberRole.OWNER;
    }

    /** Whether the member sees to the organisation's money. */
    public boolean isBilling() {
        return isOwner() || role == MemberRole.BILLING;
    }

    /** Whether the member uses the models. */
    public boolean isDeveloper() {
        return isOwner() || role == MemberRole.DEVELOPER;
    }
}
