package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.SoukTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

@SoukTest
class SignUpTests {
    @Autowired
    Environment environment;

    @Test
    void sendsVisitorsOfConsolePagesToTheSignIn() {
        Visitor visitor = new Visitor(environment.getRequiredProperty("server.port", Integer.class));
        Visitor.Page page = visitor.get("/account");
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.location()).isEqualTo("/sign-in");
    }
}
