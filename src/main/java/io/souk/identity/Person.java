package io.souk.identity;

import java.util.UUID;

/**
 * Somebody with an account.
 *
 * @param email lower case
 * @param platformAdmin may administer this Souk
 * @param verified has proved that the address is theirs; others may sign in, but only to be told so
 */
public record Person(UUID accountId, String email, String name, boolean platformAdmin, boolean verified) {}
