package io.souk.supply;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a backend may be. An admin's typing error, or a name server in foreign hands, must not let Souk call the
 * machine's metadata service or a neighbour in the private network with its credentials.
 *
 * <p>The rule resolves the name itself and hands out the very addresses that it checked: who connects to another
 * resolution of the same name has checked nothing.
 */
public final class AddressRule {
    /** How names become addresses. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** What the rule says to an address. */
    public sealed interface Checked {}

    /**
     * It may be called.
     *
     * @param address resolved and checked: connect to this one and to no other
     * @param host for the {@code Host} header, for SNI and for the certificate, without brackets
     * @param tls whether it is to be spoken to over TLS
     */
    public record Allowed(InetSocketAddress address, String host, boolean tls) implements Checked {}

    /**
     * It must not be called.
     *
     * @param reason why, and what to do, in words for an admin
     */
    public record Refused(String reason) implements Checked {}

    private static final List<Cidr> NEVER = blocks(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "192.0.0.192/32",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "fe80::/10",
            "fd00:ec2::254/128",
            "fd20:ce::254/128",
            "ff00::/8");

    private static final List<Cidr> INTERNAL = blocks(
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "::1/128",
            "fc00::/7",
            "fec0::/10",
            "2001:db8::/32");

    private static final Cidr NAT64 = Cidr.of("64:ff9b::/96");
    private static final Cidr IPV4_COMPATIBLE = Cidr.of("::/96");
    private static final Cidr SIX_TO_FOUR = Cidr.of("2002::/16");
    private static final Cidr TEREDO = Cidr.of("2001::/32");

    /** A last label that some program takes for a number, and so the whole for an IPv4 address. */
    private static final Pattern NUMERIC = Pattern.compile("(?:^|\\.)(?:[0-9]+|0[xX][0-9a-fA-F]*)\\.?$");

    private static final Pattern DOTTED_QUAD = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

    private final List<Cidr> allowedNetworks;
    private final Resolver resolver;

    /**
     * A rule that asks the machine's own name service.
     *
     * @param allowedNetworks CIDR blocks of private or loopback addresses that are allowed all the same
     * @throws IllegalArgumentException if one of them is no CIDR block
     */
    public AddressRule(List<String> allowedNetworks) {
        this(allowedNetworks, InetAddress::getAllByName);
    }

    /** The same with another name service. */
    public AddressRule(List<String> allowedNetworks, Resolver resolver) {
        this.allowedNetworks = allowedNetworks.stream()
                .flatMap(blocks -> Stream.of(blocks.split(",")))
                .map(String::strip)
                .filter(block -> !block.isEmpty())
                .map(Cidr::of)
                .toList();
        this.resolver = resolver;
    }

    /** Resolves and checks. Waits for the name service: never call it on an event loop. */
    public Checked check(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return new Refused("An address begins with http:// or https://, as https://models.example.com/v1.");
        }
        if (uri.getRawUserInfo() != null
                || (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@"))) {
            return new Refused("An address holds no user name or password. Put the key into the credential's field.");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return new Refused("An address ends with its path: leave out what follows ? or #.");
        }
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            return new Refused("The address has no host name that can be read. Letters, digits, dots and hyphens are "
                    + "allowed in it, as in https://models.example.com/v1.");
        }
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (!name.contains(":")
                && NUMERIC.matcher(name).find()
                && !DOTTED_QUAD.matcher(name).matches()) {
            return new Refused("Write an IPv4 address as four decimal numbers without leading zeros, as 10.1.2.3. "
                    + "Programs read other forms differently.");
        }
        boolean tls = scheme.equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        if (port == 0 || port > 65_535) {
            return new Refused("Port " + port + " does not exist; ports go from 1 to 65535.");
        }
        try {
            return new Allowed(new InetSocketAddress(addresses(name).getFirst(), port), name, tls);
        } catch (AddressRefused refused) {
            return new Refused(refused.reason());
        } catch (UnknownHostException unknown) {
            return new Refused("The name \"" + name + "\" could not be resolved. Check its spelling, and that the "
                    + "machine that Souk runs on knows it.");
        }
    }

    /** The allowed ones among a name's addresses, at least one, in the name service's order. */
    List<InetAddress> addresses(String host) throws UnknownHostException {
        InetAddress[] all = resolver.resolve(host);
        List<InetAddress> allowed = Arrays.stream(all).filter(this::isAllowed).toList();
        if (allowed.isEmpty()) {
            if (all.length == 0) {
                throw new UnknownHostException(host);
            }
            throw new AddressRefused(host, reason(host, all[0]));
        }
        return allowed;
    }

    private boolean isAllowed(InetAddress address) {
        InetAddress meant = embedded(address);
        if (in(NEVER, address) || in(NEVER, meant)) {
            return false;
        }
        return !(in(INTERNAL, address) || in(INTERNAL, meant)) || in(allowedNetworks, address);
    }

    private String reason(String host, InetAddress address) {
        String shown = address.getHostAddress();
        String what = shown.equals(host) ? shown : "\"" + host + "\" is at " + shown + ", which";
        if (in(NEVER, address) || in(NEVER, embedded(address))) {
            return what + " is a link-local, metadata, multicast or reserved address. Souk never calls those.";
        }
        return what + " is a private or loopback address outside the networks that backends may be in. "
                + "If it is meant, add its network to souk.supply.allowed-networks and start again.";
    }

    /** The IPv4 address that an IPv6 address stands for, or the address itself. */
    private static InetAddress embedded(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        if (SIX_TO_FOUR.contains(address)) {
            return ipv4(bytes, 2, 0);
        }
        if (TEREDO.contains(address)) {
            return ipv4(bytes, 12, 0xFF);
        }
        boolean isLoopbackOrNone = bytes[12] == 0 && bytes[13] == 0 && bytes[14] == 0;
        if (NAT64.contains(address) || (IPV4_COMPATIBLE.contains(address) && !isLoopbackOrNone)) {
            return ipv4(bytes, 12, 0);
        }
        return address;
    }

    private static InetAddress ipv4(byte[] bytes, int from, int mask) {
        byte[] four = Arrays.copyOfRange(bytes, from, from + 4);
        for (int i = 0; i < four.length; i++) {
            four[i] ^= (byte) mask;
        }
        try {
            return InetAddress.getByAddress(four);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static boolean in(List<Cidr> blocks, InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    private static List<Cidr> blocks(String... blocks) {
        return Stream.of(blocks).map(Cidr::of).toList();
    }
}
