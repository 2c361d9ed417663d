package io.souk.usage.web;

import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.catalog.PriceWords;
import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import io.souk.portal.Formats;
import io.souk.usage.UsageCall;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** Everything about one call: what happened when, what was counted, and how the charge follows from it. */
@Component
class CallStory {
    private final PriceBook prices;
    private final Formats formats;

    CallStory(PriceBook prices, Formats formats) {
        this.prices = prices;
        this.formats = formats;
    }

    /** A moment of the call. @param when from its start */
    record Moment(String title, String when, String tone) {}

    /** What was counted of one class. @param price for a million, {@code cost} exact; both empty where the price is unknown */
    record Counted(String name, long count, String price, String cost) {}

    void fill(UsageCall call, Model model) {
        Optional<PriceVersionView> version = prices.versions(call.offerId()).stream()
                .filter(one -> one.id().equals(call.priceVersionId()))
                .findFirst();
        model.addAttribute("call", call);
        model.addAttribute("moments", moments(call));
        model.addAttribute("counted", counted(call, version.map(PriceVersionView::list)));
        model.addAttribute(
                "priceVersion",
                version.map(one -> "Version " + one.number() + ", in force from " + formats.instant(one.startsAt()))
                        .orElse("Unknown"));
        model.addAttribute("ended", CallWords.brief(call.reason(), call.status()));
        model.addAttribute("tone", CallWords.tone(call.reason(), call.status()));
        model.addAttribute("why", CallWords.sentence(call.reason(), call.status()));
        model.addAttribute("source", CallWords.source(call.source()));
        model.addAttribute(
                "cost", call.costPicos().movePointLeft(12).setScale(12).toPlainString() + " " + call.currency());
        model.addAttribute("charge", formats.moneyExact(call.chargeNanos(), call.currency()));
        model.addAttribute("held", formats.moneyExact(call.heldNanos(), call.currency()));
        model.addAttribute("absorbed", formats.moneyExact(call.absorbedNanos(), call.currency()));
    }

    private List<Moment> moments(UsageCall call) {
        List<Moment> moments = new ArrayList<>();
        moments.add(new Moment("Admitted", formats.instant(call.startedAt()), "info"));
        Integer firstByte = call.firstByteMs();
        if (firstByte != null) {
            moments.add(new Moment("First byte", "after " + took(firstByte), "info"));
        }
        moments.add(new Moment(
                CallWords.brief(call.reason(), call.status()),
                "after " + took(call.totalMs()),
                CallWords.tone(call.reason(), call.status())));
        moments.add(new Moment(
                "Settled",
                formats.took(Duration.between(call.endedAt(), call.settledAt())) + " after its end",
                "good"));
        return moments;
    }

    private String took(int millis) {
        return formats.took(Duration.ofMillis(millis));
    }

    private List<Counted> counted(UsageCall call, Optional<PriceList> list) {
        List<Counted> counted = new ArrayList<>();
        for (TokenClass tokenClass : TokenClass.values()) {
            long count = call.counts().get(tokenClass);
            if (count > 0) {
                counted.add(new Counted(
                        PriceWords.name(tokenClass),
                        count,
                        list.map(prices -> formats.pricePerMillion(prices.of(tokenClass), call.currency()))
                                .orElse(""),
                        list.map(prices -> formats.moneyPicos(
                                        BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(prices.of(tokenClass))),
                                        call.currency()))
                                .orElse("")));
            }
        }
        return counted;
    }
}
