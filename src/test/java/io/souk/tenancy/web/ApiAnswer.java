package io.souk.tenancy.web;

import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the management API answered. */
record ApiAnswer(int status, JsonNode json, Visitor.Page page) {
    String type() {
        return json.path("type").asString("").replace("urn:souk:problem:", "");
    }

    Set<String> faults() {
        return json.path("errors")
                .valueStream()
                .map(fault -> fault.path("field").asString())
                .collect(Collectors.toSet());
    }
}
