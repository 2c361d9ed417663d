package io.souk.gateway.dialect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are text in UTF-8, as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
public final class Utf8 {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /** Where the first character begins that is none, or -1. Allocates nothing; takes ASCII eight bytes at a time. */
    public static int firstInvalid(byte[] bytes, int length) {
        int i = 0;
        while (i < length) {
            if (i + Long.BYTES <= length && ((long) EIGHT.get(bytes, i) & NOT_ASCII) == 0) {
                i += Long.BYTES;
            } else if (bytes[i] >= 0) {
                i++;
            } else {
                int more = following(bytes[i] & 0xff, i + 1 < length ? bytes[i + 1] & 0xff : 0);
                if (more == 0 || !continues(bytes, i + 1, more, length)) {
                    return i;
                }
                i += 1 + more;
            }
        }
        return -1;
    }

    /** How many bytes follow this first byte of several; zero if it or the one after it cannot stand there. */
    private static int following(int lead, int next) {
        if (lead < 0xc2 || lead > 0xf4) {
            return 0;
        }
        if (lead < 0xe0) {
            return 1;
        }
        if (lead < 0xf0) {
            return lead == 0xe0 && next < 0xa0 || lead == 0xed && next > 0x9f ? 0 : 2;
        }
        return lead == 0xf0 && next < 0x90 || lead == 0xf4 && next > 0x8f ? 0 : 3;
    }

    private static boolean continues(byte[] bytes, int from, int count, int length) {
        if (from + count > length) {
            return false;
        }
        for (int i = from; i < from + count; i++) {
            if ((bytes[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
