package io.souk.notice;

import io.souk.access.events.BudgetReached;
import java.time.Instant;
import java.util.Map;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** What members are told about their budgets. Runs inside the transaction of the event. */
@Component
class BudgetMails {
    private final MailTexts texts;
    private final Outbox outbox;

    BudgetMails(MailTexts texts, Outbox outbox) {
        this.texts = texts;
        this.outbox = outbox;
    }

    @EventListener
    void on(BudgetReached event) {
        MailTexts.Text text = texts.write(
                "budget-reached",
                Map.of(
                        "percent", event.percent(),
                        "whose", event.whose(),
                        "organisation", event.organisation(),
                        "budget", event.budget(),
                        "spent", event.spent(),
                        "end", end(event),
                        "link", event.link()));
        event.emails().forEach(email -> outbox.add(email, text.subject(), text.body()));
    }

    private static String end(BudgetReached event) {
        String what = event.hard()
                ? "When it is used up, calls are refused with status 402."
                : "It is a budget that only tells you: calls go on.";
        Instant reset = event.resetsAt();
        return what
                + (reset == null ? " It does not start anew." : " It starts anew on " + MailTexts.time(reset) + ".");
    }
}
