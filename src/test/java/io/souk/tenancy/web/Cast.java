package io.souk.tenancy.web;

import io.souk.identity.Accounts;
import io.souk.identity.Person;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.tenancy.Invitations;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.Organisations;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The people of a test: each with an address that no other test has, made through the faces of the modules. */
public final class Cast {
    static final String PASSWORD = "correct horse battery";
    private static final Pattern LINK = Pattern.compile("https?://\\S+");

    private final ApplicationContext context;
    private final int port;
    public final JdbcClient database;

    public Cast(ApplicationContext context) {
        this.context = context;
        this.port = context.getEnvironment().getRequiredProperty("server.port", Integer.class);
        this.database = context.getBean("systemJdbcClient", JdbcClient.class);
    }

    public static String email(String name) {
        return name + "-" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
    }

    public Visitor visitor() {
        return new Visitor(port);
    }

    public Person person(String name) {
        return context.getBean(Accounts.class).create(email(name), PASSWORD, name, false, true);
    }

    public Person admin(String name) {
        return context.getBean(Accounts.class).create(email(name), PASSWORD, name, true, true);
    }

    public TenantId organisation(Person owner) {
        return context.getBean(Organisations.class).create(owner.name() + " Ltd", owner.accountId());
    }

    /** Joins as people do: by an invitation. */
    public void join(TenantId tenant, Person owner, Person person, MemberRole role) {
        Invitations invitations = context.getBean(Invitations.class);
        Tenant.run(
                tenant,
                () -> context.getBean("transactions", TransactionTemplate.class)
                        .executeWithoutResult(_ -> invitations.invite(person.email(), role, owner)));
        String link = linkMailedTo(person.email());
        if (invitations
                .accept(link.substring(link.lastIndexOf('/') + 1), person)
                .isEmpty()) {
            throw new AssertionError("the invitation does not work");
        }
    }

    public Visitor signedIn(Person person) {
        Visitor visitor = visitor();
        Visitor.Page page = visitor.post("/sign-in", Map.of("email", person.email(), "password", PASSWORD));
        if (page.status() != 302) {
            throw new AssertionError("sign-in answered " + page.status());
        }
        return visitor;
    }

    public int mailsTo(String email) {
        return database.sql("select count(*) from notice.mails where recipient = ?")
                .param(email)
                .query(Integer.class)
                .single();
    }

    public String subjectMailedTo(String email) {
        return database.sql(
                        "select subject from notice.mails where recipient = ? order by created_at desc, id desc limit"
                                + " 1")
                .param(email)
                .query(String.class)
                .single();
    }

    /** The first link of the newest mail, without the portal's origin. */
    public String linkMailedTo(String email) {
        String body = database.sql(
                        "select body from notice.mails where recipient = ? order by created_at desc, id desc limit 1")
                .param(email)
                .query(String.class)
                .single();
        Matcher link = LINK.matcher(body);
        if (!link.find()) {
            throw new AssertionError("no link in: " + body);
        }
        return link.group().replaceFirst("https?://[^/]+", "");
    }
}
