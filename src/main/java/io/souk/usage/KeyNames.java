package io.souk.usage;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** What the keys of the organisation bound to the thread are called; implemented by the module that keeps them. */
public interface KeyNames {
    /** The names of these keys, revoked ones too; keys of other organisations are left out. */
    Map<UUID, String> of(Collection<UUID> keys);

    /** The names of these keys, whosever they are, for whoever runs this Souk. */
    Map<UUID, String> ofAll(Collection<UUID> keys);
}
