package io.souk.identity.web;

import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.stereotype.Component;

/** Ends sign-ins on other devices. */
@Component
class Sessions {
    private final ObjectProvider<FindByIndexNameSessionRepository<? extends Session>> sessions;

    Sessions(ObjectProvider<FindByIndexNameSessionRepository<? extends Session>> sessions) {
        this.sessions = sessions;
    }

    /** Ends all of a person's. @return how many there were */
    int endAll(UUID accountId) {
        return endOthers(accountId, "");
    }

    /** Ends all of a person's but one. @return how many that were */
    int endOthers(UUID accountId, String keep) {
        var repository = sessions.getIfAvailable();
        if (repository == null) {
            return 0;
        }
        int ended = 0;
        for (String id : repository.findByPrincipalName(accountId.toString()).keySet()) {
            if (!id.equals(keep)) {
                repository.deleteById(id);
                ended++;
            }
        }
        return ended;
    }
}
