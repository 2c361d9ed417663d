package io.souk.local.stripe;

import com.stripe.param.testhelpers.TestClockAdvanceParams;
import com.stripe.param.testhelpers.TestClockCreateParams;
import com.stripe.param.testhelpers.TestClockListParams;
import com.stripe.param.testhelpers.TestClockRetrieveParams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Clocks that stand until they are advanced, each with the customers that live by it. */
final class TestClocks {
    static final String TYPE = "test_helpers.test_clock";

    private final Records records;

    TestClocks(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/test_helpers/test_clocks", TestClockCreateParams.class, this::create),
                Route.get("/v1/test_helpers/test_clocks", TestClockListParams.class, call -> records.list(TYPE, call)),
                Route.get(
                        "/v1/test_helpers/test_clocks/{}",
                        TestClockRetrieveParams.class,
                        call -> records.get(TYPE, call.id())),
                Route.post("/v1/test_helpers/test_clocks/{}/advance", TestClockAdvanceParams.class, this::advance),
                Route.delete("/v1/test_helpers/test_clocks/{}", Object.class, this::delete));
    }

    private ObjectNode create(Call call) {
        ObjectNode clock = records.blank(TYPE);
        long frozen = call.form().number("frozen_time").orElseThrow(() -> Refusal.parameterMissing("frozen_time"));
        clock.put("frozen_time", frozen);
        clock.put("deletes_after", Json.number(clock, "created") + 30 * 86_400L);
        call.form().copy(clock, "name");
        records.saveAndTell(clock, "test_helpers.test_clock.created");
        return clock;
    }

    private ObjectNode advance(Call call) {
        ObjectNode clock = records.get(TYPE, call.id());
        long target = call.form().number("frozen_time").orElseThrow(() -> Refusal.parameterMissing("frozen_time"));
        if (!Json.is(clock, "status", "ready")) {
            throw Refusal.invalid(null, "The test clock is still advancing.", null);
        }
        if (target <= Json.number(clock, "frozen_time")) {
            throw Refusal.invalid(
                    null, "`frozen_time` must be after the test clock's current frozen time.", "frozen_time");
        }
        clock.put("status", "advancing");
        clock.putObject("status_details").putObject("advancing").put("target_frozen_time", target);
        clock.put("_target", target);
        clock.put("_due", 0);
        records.saveAndTell(clock, "test_helpers.test_clock.advancing");
        return clock;
    }

    private ObjectNode delete(Call call) {
        ObjectNode clock = records.get(TYPE, call.id());
        for (String type : List.of("invoice", "subscription", Customers.TYPE)) {
            for (ObjectNode each : records.store().all(type, Map.of("test_clock", call.id()))) {
                records.store().delete(Json.need(each, "id"));
            }
        }
        records.store().delete(call.id());
        return Records.deleted(clock);
    }

    /** The frozen time under which a call is to be answered; null where it concerns nobody on a test clock. */
    static @Nullable Long timeFor(Records records, Call call) {
        String clock = call.form()
                .text("customer")
                .or(() -> call.form().text("payload.stripe_customer_id"))
                .flatMap(records.store()::find)
                .flatMap(customer -> Json.find(customer, "test_clock"))
                .or(() -> call.form().text("test_clock"))
                .or(() -> call.ids().stream()
                        .findFirst()
                        .flatMap(records.store()::find)
                        .flatMap(object -> clockOf(records, object)))
                .orElse(null);
        return records.find(TYPE, clock)
                .map(found -> Json.number(found, "frozen_time"))
                .orElse(null);
    }

    private static java.util.Optional<String> clockOf(Records records, ObjectNode object) {
        return Json.find(object, "test_clock")
                .or(() -> Json.find(object, "customer")
                        .flatMap(records.store()::find)
                        .flatMap(customer -> Json.find(customer, "test_clock")));
    }
}
