package io.souk.notice;

import io.souk.tenancy.access.Anyone;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Conditional;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;

/** The stand-in for everybody's inbox, while no mail server is configured. The local mode keeps it on this machine. */
@Controller
@Anyone
@Conditional(MailServer.Missing.class)
class MailboxPages {
    private static final Pattern LINK = Pattern.compile("https?://\\S+");
    private static final int MOST = 100;

    private final Outbox outbox;

    MailboxPages(Outbox outbox) {
        this.outbox = outbox;
    }

    @GetMapping("/local/mailbox")
    String list(Model model) {
        model.addAttribute("mails", outbox.newest(MOST));
        return "notice/mailbox";
    }

    @GetMapping("/local/mailbox/{id}")
    String mail(@PathVariable UUID id, Model model) {
        Mail mail = outbox.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        model.addAttribute("mail", mail);
        Matcher link = LINK.matcher(mail.body());
        model.addAttribute("link", link.find() ? link.group() : null);
        return "notice/mail";
    }
}
