package io.souk.local.stripe;

import java.util.List;

/**
 * A call whose parameters were found in order, on its way to its handler.
 *
 * @param ids what the path's placeholders stand for, in order
 */
record Call(String path, List<String> ids, Form form) {
    String id() {
        return ids.getFirst();
    }
}
