package io.souk.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTests {
    private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

    private final AddressRule open = new AddressRule(List.of());
    private final AddressRule local = new AddressRule(LOOPBACK);
    private final AddressRule everything = new AddressRule(List.of("0.0.0.0/0", "::/0"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "[fe80::1]",
                "[febf::1]",
                "100.100.100.200",
                "[fd00:ec2::254]",
                "168.63.129.16",
                "0.0.0.0",
                "0.1.2.3",
                "[::]",
                "224.0.0.1",
                "239.255.255.255",
                "255.255.255.255",
                "[ff02::1]",
                "[::ffff:169.254.169.254]",
                "[::ffff:a9fe:a9fe]",
                "[::169.254.169.254]",
                "[64:ff9b::a9fe:a9fe]",
                "[2002:a9fe:a9fe::1]",
                "2852039166",
                "0xa9fea9fe",
                "0251.0376.0251.0376",
                "169.254.43518"
            })
    void refusesMetadataAndLinkLocalAddressesEvenWhereEverythingIsAllowed(String host) {
        assertThat(everything.check(URI.create("http://" + host + "/v1"))).isInstanceOf(AddressRule.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0177.0.0.1",
                "localhost",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "198.18.0.1",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[fd12:3456::1]",
                "[fec0::1]",
                "[64:ff9b::7f00:1]",
                "[2002:c0a8:101::1]"
            })
    void refusesPrivateAndLoopbackAddressesUnlessTheirNetworkIsAllowed(String host) {
        assertThat(open.check(URI.create("https://" + host + ":8443/v1"))).isInstanceOf(AddressRule.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:11434/v1, 127.0.0.1, 11434, false",
        "http://127.8.9.10/v1, 127.8.9.10, 80, false",
        "https://[::1]/v1, ::1, 443, true",
        "HTTP://[::ffff:127.0.0.1]:9/, ::ffff:127.0.0.1, 9, false"
    })
    void allowsLoopbackWhereItsNetworkIsAllowed(String uri, String host, int port, boolean tls) throws Exception {
        assertThat(local.check(URI.create(uri))).isInstanceOfSatisfying(AddressRule.Allowed.class, allowed -> {
            assertThat(allowed.host()).isEqualTo(host);
            assertThat(allowed.tls()).isEqualTo(tls);
            assertThat(allowed.address().getPort()).isEqualTo(port);
            assertThat(allowed.address().isUnresolved()).isFalse();
            assertThat(allowed.address().getAddress().isLoopbackAddress()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "172.15.255.255", "192.169.0.1", "[2606:4700::1111]", "11.0.0.1"})
    void allowsPublicAddresses(String host) {
        assertThat(open.check(URI.create("https://" + host + "/v1"))).isInstanceOf(AddressRule.Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://8.8.8.8/v1",
                "file:///etc/passwd",
                "//8.8.8.8/v1",
                "v1",
                "http:/v1",
                "http://user@8.8.8.8/v1",
                "http://user:secret@8.8.8.8/v1",
                "http://8.8.8.8:0/v1",
                "http://8.8.8.8:70000/v1",
                "http://8.8.8.8/v1?key=1",
                "http://8.8.8.8/v1#top",
                "http://under_score/v1"
            })
    void refusesWhatIsNoPlainWebAddress(String uri) {
        assertThat(everything.check(URI.create(uri))).isInstanceOf(AddressRule.Refused.class);
    }

    @Test
    void saysWhyAndWhatToDo() {
        assertThat(open.check(URI.create("http://10.1.2.3/v1")))
                .isEqualTo(new AddressRule.Refused("10.1.2.3 is a private or loopback address outside the networks that"
                        + " backends may be in. If it is meant, add its network to souk.supply.allowed-networks"
                        + " and start again."));
    }

    @Test
    void handsOutTheAddressThatItCheckedAlthoughTheNameMovesAfterwards() throws Exception {
        Deque<String> answers = new ArrayDeque<>(List.of("8.8.8.8", "169.254.169.254"));
        AddressRule rule =
                new AddressRule(List.of(), host -> new InetAddress[] {InetAddress.getByName(answers.removeFirst())});
        URI rebinding = URI.create("https://rebinding.example/v1");
        assertThat(rule.check(rebinding))
                .isInstanceOfSatisfying(
                        AddressRule.Allowed.class,
                        allowed -> assertThat(allowed.address().getAddress().getHostAddress())
                                .isEqualTo("8.8.8.8"));
        assertThat(rule.check(rebinding)).isInstanceOf(AddressRule.Refused.class);
    }

    @Test
    void takesTheAllowedOneAmongSeveralAddresses() {
        AddressRule rule = new AddressRule(List.of(), host ->
                new InetAddress[] {InetAddress.getByName("10.0.0.1"), InetAddress.getByName("8.8.4.4")});
        assertThat(rule.check(URI.create("https://both.example/v1")))
                .isInstanceOfSatisfying(
                        AddressRule.Allowed.class,
                        allowed -> assertThat(allowed.address().getAddress().getHostAddress())
                                .isEqualTo("8.8.4.4"));
    }

    @Test
    void refusesANameThatNobodyKnows() {
        AddressRule rule = new AddressRule(List.of(), host -> {
            throw new UnknownHostException(host);
        });
        assertThat(rule.check(URI.create("https://nowhere.example/v1")))
                .isInstanceOfSatisfying(
                        AddressRule.Refused.class,
                        refused -> assertThat(refused.reason()).contains("could not be resolved"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "here", "10.0.0.0/x", "::1/129"})
    void refusesToStartWithANetworkThatIsNone(String block) {
        assertThatThrownBy(() -> new AddressRule(List.of(block)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(block)
                .hasMessageContaining("souk.supply.allowed-networks");
    }

    @Test
    void readsSeveralNetworksFromOneSetting() {
        AddressRule rule = new AddressRule(List.of("10.1.0.0/16, 192.168.4.0/23"));
        assertThat(rule.check(URI.create("http://10.1.255.255/"))).isInstanceOf(AddressRule.Allowed.class);
        assertThat(rule.check(URI.create("http://192.168.5.255/"))).isInstanceOf(AddressRule.Allowed.class);
        assertThat(rule.check(URI.create("http://192.168.6.0/"))).isInstanceOf(AddressRule.Refused.class);
    }
}
