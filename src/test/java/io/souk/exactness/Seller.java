package io.souk.exactness;

import io.souk.support.FakeBackend;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The backend of all calls: does what each says it should, and remembers which it saw. */
final class Seller implements AutoCloseable {
    private static final Pattern MARK = Pattern.compile("mark-[0-9a-f-]{36}");

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final CountDownLatch held = new CountDownLatch(1);
    private final FakeBackend backend = FakeBackend.http().always((exchange, body, self) -> {
        Matcher mark = MARK.matcher(body);
        if (mark.find()) {
            seen.add(mark.group());
            Plan.carryOut(exchange, body, self, held);
        } else {
            io.souk.support.Behaviours.answers().answer(exchange, body, self);
        }
    });

    URI address() {
        return backend.baseUrl();
    }

    /** The marks of the calls that reached it. */
    Set<String> seen() {
        return Set.copyOf(seen);
    }

    /** Lets the answers end that are held. */
    void letGo() {
        held.countDown();
    }

    @Override
    public void close() {
        letGo();
        backend.close();
    }
}
