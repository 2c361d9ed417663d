package io.souk.local.stripe;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * One operation of the API.
 *
 * @param pattern a path in which {@code {}} stands for an id
 * @param params stripe-java's class of the operation's parameters
 */
record Route(String method, String pattern, Class<?> params, Function<Call, ObjectNode> handler) {
    static Route get(String pattern, Class<?> params, Function<Call, ObjectNode> handler) {
        return new Route("GET", pattern, params, handler);
    }

    static Route post(String pattern, Class<?> params, Function<Call, ObjectNode> handler) {
        return new Route("POST", pattern, params, handler);
    }

    static Route delete(String pattern, Class<?> params, Function<Call, ObjectNode> handler) {
        return new Route("DELETE", pattern, params, handler);
    }

    boolean reads() {
        return method.equals("GET");
    }

    /** The ids in the path, if this route is meant. */
    Optional<List<String>> match(String calledMethod, String path) {
        if (!method.equals(calledMethod)) {
            return Optional.empty();
        }
        String[] wanted = pattern.split("/");
        String[] given = path.split("/");
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("{}")) {
                ids.add(URLDecoder.decode(given[i], StandardCharsets.UTF_8));
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(ids);
    }
}
