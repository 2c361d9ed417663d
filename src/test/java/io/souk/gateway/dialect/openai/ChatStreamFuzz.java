package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.metering.ProviderUsage;
import io.souk.gateway.relay.BadAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Any bytes that a backend may send: the caller gets the same, and the same is counted, wherever they are cut. */
public final class ChatStreamFuzz {
    private ChatStreamFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(data, 1, data.length);
        boolean usageWanted = (data[0] & 1) == 1;
        String whole = answered(stream, stream.length, usageWanted);
        String cut = answered(stream, 1 + (data[0] & 0xff) % stream.length, usageWanted);
        String bytewise = answered(stream, 1, usageWanted);
        if (!whole.equals(cut) || !whole.equals(bytewise)) {
            throw new AssertionError("cut elsewhere it is:\n" + cut + "\nor\n" + bytewise + "\ninstead of\n" + whole);
        }
    }

    private static String answered(byte[] stream, int step, boolean usageWanted) {
        ChatStream answer = new ChatStream(SplicingFuzz.route("localhost"), "model", usageWanted, 1);
        StringBuilder all = new StringBuilder();
        Bytes out = new Bytes(64);
        String end = "";
        try {
            for (int from = 0; from < stream.length && !answer.isComplete(); from += step) {
                out.clear();
                answer.take(Arrays.copyOfRange(stream, from, Math.min(stream.length, from + step)), out);
                all.append(text(out));
            }
            out.clear();
            if (!answer.isComplete()) {
                answer.finish(out);
                all.append(text(out));
            }
            out.clear();
            ProviderUsage usage = answer.usage();
            answer.beforeEnd(usage == null ? new ProviderUsage(1, 1, 0, 0, 0) : usage, out);
            answer.end(out);
        } catch (BadAnswer bad) {
            end = "\nbad: " + bad.failure().message();
        }
        all.append(text(out));
        return all + end + "\nusage " + answer.usage() + ", text "
                + answer.text().bytes() + " bytes in " + answer.text().pieces() + " pieces";
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
    }
}
