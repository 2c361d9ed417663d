package io.souk.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SseScanTests {
    private static List<String> told(byte[] stream, int... cuts) {
        List<String> told = new ArrayList<>();
        SseScan scan = new SseScan(
                new SseScan.Sink() {
                    @Override
                    public void event(byte[] bytes, int from, int to) {
                        told.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
                    }

                    @Override
                    public void comment() {
                        told.add("(comment)");
                    }
                },
                1000);
        int from = 0;
        for (int cut : cuts) {
            scan.feed(stream, from, cut);
            from = cut;
        }
        scan.feed(stream, from, stream.length);
        scan.finish();
        return told;
    }

    private static List<String> told(String stream) {
        return told(stream.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsTheSameEventsWhereverTheBytesAreCut() {
        byte[] stream =
                ("\ufeffdata: one\n\n: ping\r\n\r\nevent: x\r\ndata:two\r\ndata:  lines\r\n\r\nid: 7\rdata: three\r\r"
                                + "data\n\nretry: 5\n\nnothing\n\ndata: Grüße 😀\n\n\n\ndata: [DONE]\n\n")
                        .getBytes(StandardCharsets.UTF_8);
        List<String> whole = told(stream);
        assertThat(whole).containsExactly("one", "(comment)", "two\n lines", "three", "", "Grüße 😀", "[DONE]");
        for (int cut = 0; cut <= stream.length; cut++) {
            assertThat(told(stream, cut)).isEqualTo(whole);
        }
        Random random = new Random(20261123);
        for (int round = 0; round < 3000; round++) {
            int[] cuts = random.ints(1 + random.nextInt(20), 0, stream.length + 1)
                    .sorted()
                    .toArray();
            assertThat(told(stream, cuts)).isEqualTo(whole);
        }
    }

    @Test
    void tellsALastEventWhoseBlankLineIsMissing() {
        assertThat(told("data: a\n\ndata: b\n")).containsExactly("a", "b");
        assertThat(told("data: a\n\ndata: b")).containsExactly("a", "b");
    }

    @Test
    void refusesAnEventWithoutEnd() {
        assertThatThrownBy(() -> told("data: " + "x".repeat(2000))).isInstanceOf(MalformedJson.class);
        assertThatThrownBy(() -> told(("data: " + "x".repeat(300) + "\n").repeat(5)))
                .isInstanceOf(MalformedJson.class);
    }
}
