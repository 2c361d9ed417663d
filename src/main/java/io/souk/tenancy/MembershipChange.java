package io.souk.tenancy;

/** How a change to a member ended. */
public sealed interface MembershipChange {
    record Done(MemberView member) implements MembershipChange {}

    /** An organisation keeps at least one owner: nobody could run it otherwise. */
    record LastOwner() implements MembershipChange {}

    record Unknown() implements MembershipChange {}
}
