package io.souk.supply;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A block of addresses, as {@code 10.0.0.0/8} or {@code fc00::/7}. */
record Cidr(InetAddress base, int bits) {
    /** @throws IllegalArgumentException if the text is no block, with a sentence that says what one looks like */
    static Cidr of(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!address.matches("[0-9a-fA-F:.]+") || !(address.contains(":") || address.contains("."))) {
            throw malformed(text);
        }
        try {
            InetAddress base = InetAddress.getByName(address.strip());
            int most = base.getAddress().length * 8;
            int bits = slash < 0
                    ? most
                    : Integer.parseInt(text.substring(slash + 1).strip());
            if (bits < 0 || bits > most) {
                throw malformed(text);
            }
            return new Cidr(base, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("\"" + text
                + "\" is no network. Write one as 10.1.0.0/16 or fd12::/16 (souk.supply.allowed-networks).");
    }

    boolean contains(InetAddress address) {
        byte[] mine = base.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(mine, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || ((mine[whole] ^ other[whole]) & (0xFF << (8 - rest))) == 0;
    }
}
