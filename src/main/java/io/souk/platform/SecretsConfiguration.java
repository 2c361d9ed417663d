package io.souk.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretsProperties.class)
class SecretsConfiguration {
    @Bean
    Secrets secrets(SecretsProperties properties) {
        if (!properties.secretsKey().isBlank()) {
            return new SealedSecrets(
                    Base64.getDecoder().decode(properties.secretsKey().strip()));
        }
        try {
            return new SealedSecrets(
                    readOrMakeKey(properties.data().toAbsolutePath().normalize()));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The key for secrets at rest could not be read or made in " + properties.data(), e);
        }
    }

    private static byte[] readOrMakeKey(Path folder) throws IOException {
        Path file = folder.resolve("secrets.key");
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            byte[] key = new byte[SealedSecrets.KEY_BYTES];
            new SecureRandom().nextBytes(key);
            Path partial = Files.createTempFile(
                    folder,
                    "secrets",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(partial, Base64.getEncoder().encodeToString(key));
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Base64.getDecoder().decode(Files.readString(file).strip());
    }
}
