import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/** API keys in the form that Souk gives out: the prefix, 32 characters of base 62, and six of their CRC-32. */
final class Keys {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}

    static String next() {
        StringBuilder key = new StringBuilder("sk-souk-");
        for (int i = 0; i < 32; i++) {
            key.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        }
        CRC32 crc = new CRC32();
        crc.update(key.toString().getBytes(StandardCharsets.US_ASCII));
        char[] check = new char[6];
        long rest = crc.getValue();
        for (int i = 5; i >= 0; i--) {
            check[i] = DIGITS.charAt((int) (rest % 62));
            rest /= 62;
        }
        return key.append(check).toString();
    }

    static byte[] hash(String key) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    }
}
