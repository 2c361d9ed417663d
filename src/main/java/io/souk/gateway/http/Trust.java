package io.souk.gateway.http;

import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The public certificate authorities, and the certificates that an operator adds for self-hosted backends. */
final class Trust {
    private Trust() {}

    /** @throws IllegalStateException in plain words, if the file cannot be read or holds no certificate */
    static TrustOptions with(@Nullable Path pem) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager x509) {
                    for (X509Certificate authority : x509.getAcceptedIssuers()) {
                        store.setCertificateEntry("public-" + number++, authority);
                    }
                }
            }
            if (pem != null) {
                for (Certificate certificate : read(pem)) {
                    store.setCertificateEntry("added-" + number++, certificate);
                }
            }
            return TrustOptions.wrap(managers(store)[0]);
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException("the certificates to trust could not be set up: " + failed, failed);
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> read(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IllegalStateException("souk.gateway.trust: " + pem + " holds no certificate");
            }
            return found;
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new IllegalStateException(
                    "souk.gateway.trust: " + pem
                            + " cannot be read as certificates in PEM form. Give the path of a file "
                            + "with BEGIN CERTIFICATE blocks, or remove the setting.",
                    unreadable);
        }
    }
}
