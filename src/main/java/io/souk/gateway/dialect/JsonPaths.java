package io.souk.gateway.dialect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The places in a document that a reader wants to hear of, as {@code choices[].delta.content}. Each has the number of
 * its position in the list it was made from. Made once and shared.
 */
public final class JsonPaths {
    static final int ROOT = 0;
    static final int NOWHERE = -1;

    private final List<Node> nodes = new ArrayList<>();

    private final boolean guarding;

    private JsonPaths(boolean guarding) {
        this.guarding = guarding;
    }

    /** The paths, dots between keys and {@code []} behind an array. */
    public static JsonPaths of(String... paths) {
        return made(false, paths);
    }

    /** Like {@link #of}, and keys that some readers would take for these count as these, marked as not plain. */
    public static JsonPaths guarding(String... paths) {
        return made(true, paths);
    }

    private static JsonPaths made(boolean guarding, String... paths) {
        JsonPaths made = new JsonPaths(guarding);
        made.nodes.add(new Node("", ROOT));
        for (int number = 0; number < paths.length; number++) {
            int node = ROOT;
            for (String segment : paths[number].replace("[]", ".[]").split("\\.")) {
                node = segment.equals("[]") ? made.elementOf(node) : made.childOf(node, segment);
            }
            made.nodes.get(node).number = number;
        }
        return made;
    }

    private int childOf(int parent, String name) {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        int known = child(parent, key, key.length);
        if (known != NOWHERE) {
            return known;
        }
        nodes.add(new Node(name, nodes.size()));
        Node node = nodes.get(parent);
        node.children = Arrays.copyOf(node.children, node.children.length + 1);
        node.children[node.children.length - 1] = nodes.getLast();
        return nodes.size() - 1;
    }

    private int elementOf(int parent) {
        Node node = nodes.get(parent);
        if (node.element == NOWHERE) {
            nodes.add(new Node("[]", nodes.size()));
            node.element = nodes.size() - 1;
        }
        return node.element;
    }

    int child(int parent, byte[] key, int length) {
        for (Node child : nodes.get(parent).children) {
            byte[] name = child.key;
            if (name.length == length && (length == 0 || name[0] == key[0]) && isSame(name, key)) {
                return child.index;
            }
        }
        return NOWHERE;
    }

    /** Names are short: a loop is done before a call to anything wider has begun. */
    private static boolean isSame(byte[] name, byte[] key) {
        for (int i = 1; i < name.length; i++) {
            if (name[i] != key[i]) {
                return false;
            }
        }
        return true;
    }

    /** The child that a lenient reader (Go's, for one) would take this key for. */
    int alike(int parent, byte[] key, int length) {
        Node[] children = nodes.get(parent).children;
        if (!guarding || children.length == 0 || length > 64) {
            return NOWHERE;
        }
        String name = new String(key, 0, length, StandardCharsets.UTF_8);
        for (Node child : children) {
            if (child.name.equalsIgnoreCase(name)) {
                return child.index;
            }
        }
        return NOWHERE;
    }

    int element(int parent) {
        return nodes.get(parent).element;
    }

    /** The number of the path that ends here, or {@link #NOWHERE}. */
    int number(int node) {
        return nodes.get(node).number;
    }

    private static final class Node {
        final String name;
        final byte[] key;
        final int index;
        Node[] children = {};
        int element = NOWHERE;
        int number = NOWHERE;

        Node(String name, int index) {
            this.name = name;
            this.key = name.getBytes(StandardCharsets.UTF_8);
            this.index = index;
        }
    }
}
