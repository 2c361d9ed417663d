package io.souk.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Tests {
    private static final byte[] EDGES = {
        0x00,
        0x7f,
        (byte) 0x80,
        (byte) 0xbf,
        (byte) 0xc0,
        (byte) 0xc1,
        (byte) 0xc2,
        (byte) 0xdf,
        (byte) 0xe0,
        (byte) 0xa0,
        (byte) 0x9f,
        (byte) 0xed,
        (byte) 0xef,
        (byte) 0xf0,
        (byte) 0x90,
        (byte) 0x8f,
        (byte) 0xf4,
        (byte) 0xf5,
        (byte) 0xff,
        'a'
    };

    @Test
    void agreesWithTheJdkOnEveryMixtureOfBytes() {
        Random random = new Random(8);
        int valid = 0;
        for (int round = 0; round < 300_000; round++) {
            byte[] bytes = new byte[random.nextInt(14)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = EDGES[random.nextInt(EDGES.length)];
            }
            boolean right = decodes(bytes);
            valid += right ? 1 : 0;
            assertThat(Utf8.firstInvalid(bytes, bytes.length) < 0).isEqualTo(right);
        }
        assertThat(valid).as("valid ones among them").isGreaterThan(5_000);
    }

    @Test
    void takesEveryCharacterAndSaysWhereTheFirstWrongByteStands() {
        StringBuilder all = new StringBuilder();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                all.appendCodePoint(point);
            }
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.firstInvalid(bytes, bytes.length)).isEqualTo(-1);
        byte[] wrong = "plain text, and then \u00e9".getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.firstInvalid(wrong, wrong.length - 1)).isEqualTo(wrong.length - 2);
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException wrong) {
            return false;
        }
    }
}
