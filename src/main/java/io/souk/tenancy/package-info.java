/** Organisations: members, roles, invitations, projects, and which organisation a request is for. */
@NullMarked
@ApplicationModule(allowedDependencies = {"identity", "identity :: events"})
package io.souk.tenancy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
